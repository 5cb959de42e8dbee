import { withoutSecrets } from '../shell/secrets.ts';
import type { Outcome, Session } from '../shell/session.ts';
import type { ScreenStore } from './state/screen-store.ts';
import { printableLine } from './text/printable.ts';
import { theme } from './theme.ts';
import { outputLines } from './views/output-lines.ts';
import { echoLines } from './views/prompt-rows.ts';

export interface LineRunnerOptions {
  readonly session: Session;
  readonly store: ScreenStore;
  readonly print: (lines: readonly string[]) => void;
  /** The user asked to leave with a command. */
  readonly onLeave: () => void;
}

/** Runs entered lines one after the other, as a shell does with what is typed ahead; typing goes on meanwhile. */
export class LineRunner {
  readonly #options: LineRunnerOptions;
  #lastId = 0;

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

  /** Gives up waiting for the running line and drops those behind it. The far end may still carry it out. */
  stopWaiting(): boolean {
    const { store, print } = this.#options;
    const { running, waiting } = store.state;
    if (running === undefined) return false;
    store.dispatch({ type: 'queue-dropped' });
    store.dispatch({ type: 'line-ended', id: running.id });
    const dropped = waiting.map((text) => `not sent: ${printableLine(withoutSecrets(text))}`);
    print(['no longer waiting; its answer is printed when it comes', ...dropped].map((line) => theme.warn(line)));
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
    const { session, store, print, onLeave } = this.#options;
    const outcome: Outcome = await session.run(text);
    const isLate = store.state.running?.id !== id;
    const lines = outcome.outputs.flatMap(outputLines);
    if (isLate) lines.unshift(theme.warn(`late answer to: ${printableLine(withoutSecrets(text))}`));
    if (lines.length > 0) print(lines);
    store.dispatch({ type: 'line-ended', id });
    if (outcome.status === 'leave') onLeave();
    else if (!isLate) this.#startNext();
  }
}
