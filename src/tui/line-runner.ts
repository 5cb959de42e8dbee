import { withoutSecrets } from '../shell/secrets.ts';
import type { Outcome, RunContext, Session } from '../shell/session.ts';
import type { ScreenStore } from './state/screen-store.ts';
import { printableLine } from './text/printable.ts';
import { theme } from './theme.ts';
import { outputLines } from './views/output-lines.ts';
import { echoLines } from './views/prompt-rows.ts';

export interface LineRunnerOptions {
  readonly session: Session;
  readonly store: ScreenStore;
  readonly print: (lines: readonly string[]) => void;
  readonly connect?: RunContext['connect'];
  /** The user asked to leave with a command. */
  readonly onLeave: () => void;
}

/** Runs entered lines one after the other, as a shell does with what is typed ahead; typing goes on meanwhile. */
export class LineRunner {
  readonly #options: LineRunnerOptions;
  #lastId = 0;
  #stop = new AbortController();

  constructor(options: LineRunnerOptions) {
    this.#options = options;
  }

  /** Takes a line; it starts now, or when those before it have ended. */
  submit(text: string): void {
    const { store, session } = this.#options;
    session.history.add(text);
    store.dispatch({ type: 'line-queued', text });
    if (store.state.running === undefined) this.#startNext();
  }

  /** Ends the running line where it can be ended, gives up waiting for it where not, and drops those behind it. */
  interrupt(): boolean {
    const { store, print } = this.#options;
    const { running, waiting } = store.state;
    if (running === undefined) return false;
    store.dispatch({ type: 'queue-dropped' });
    const dropped = waiting.map((text) => `not sent: ${printableLine(withoutSecrets(text))}`);
    if (dropped.length > 0) print(dropped.map((line) => theme.warn(line)));
    this.#stop.abort();
    // Whoever heeds the signal has ended by then; for the others the far end may still carry it out.
    setImmediate(() => {
      if (store.state.running?.id !== running.id) return;
      store.dispatch({ type: 'line-ended', id: running.id });
      print([theme.warn('no longer waiting; its answer is printed when it comes')]);
    });
    return true;
  }

  #startNext(): void {
    const { store } = this.#options;
    const text = store.state.waiting[0];
    if (text === undefined) return;
    const id = ++this.#lastId;
    this.#options.print(echoLines(text));
    store.dispatch({ type: 'line-started', line: { id, text, sinceMs: performance.now() } });
    void this.#run(id, text);
  }

  async #run(id: number, text: string): Promise<void> {
    const { session, store, onLeave, connect } = this.#options;
    this.#stop = new AbortController();
    const outcome = await session.run(text, {
      signal: this.#stop.signal,
      report: (step) => this.#print(id, text, step),
      connect,
      show: (view) => store.dispatch({ type: 'line-shows', id, view }),
    });
    const isLate = store.state.running?.id !== id;
    this.#print(id, text, outcome);
    store.dispatch({ type: 'line-ended', id });
    if (outcome.status === 'leave') onLeave();
    else if (!isLate) this.#startNext();
  }

  #print(id: number, text: string, outcome: Outcome): void {
    const { store, print } = this.#options;
    const lines = outcome.outputs.flatMap(outputLines);
    const isLate = store.state.running?.id !== id;
    if (isLate) lines.unshift(theme.warn(`late answer to: ${printableLine(withoutSecrets(text))}`));
    if (lines.length > 0) print(lines);
  }
}
