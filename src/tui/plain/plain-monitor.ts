import type { LinkState, Off, QmpEvent } from '../../qmp/link.ts';
import type { Question } from '../../shell/safety/safety.ts';
import { withoutSecrets } from '../../shell/secrets.ts';
import type { Outcome, Output, Session } from '../../shell/session.ts';
import type { PanelModel } from '../panel.ts';
import { PanelFeed } from '../panel-feed.ts';
import { printableLine, printableLines } from '../text/printable.ts';
import { linkText } from '../views/status-bar.ts';
import { jobLines, withoutJob } from './job-lines.ts';
import type { ToldJobs } from './job-lines.ts';
import type { LineInput } from './line-input.ts';
import { askedPanel, panelText } from './panel-command.ts';
import type { AskedPanel } from './panel-command.ts';

const prompt = 'qmon> ';
const continuation = '  ... ';

export interface PlainMonitorOptions {
  readonly session: Session;
  readonly input: LineInput;
  readonly width: () => number;
}

/** Reads lines, runs them one after the other, and tells in lines what happens meanwhile. */
export class PlainMonitor {
  readonly #options: PlainMonitorOptions;
  readonly #offs: Off[] = [];
  #feed: PanelFeed | undefined;
  #model: PanelModel | undefined;
  #told: ToldJobs = new Map();
  #isOver = false;
  #askedToLeave = false;
  #stopWaiting: (() => void) | undefined;
  /** Ends the question that is open with a no. */
  #question: AbortController | undefined;

  constructor(options: PlainMonitorOptions) {
    this.#options = options;
  }

  async run(): Promise<number> {
    const { session, input } = this.#options;
    if (input.isInteractive) session.safety.ask = (question) => this.#ask(question);
    this.#feed = new PanelFeed(session, (model) => this.#onReading(model));
    this.#offs.push(
      () => this.#feed?.close(),
      session.onEvent((output, event) => this.#onEvent(output, event)),
      session.link.onState((state) => this.#onLink(state)),
    );
    if (!/ready|connecting/.test(session.link.state.state)) this.#onLink(session.link.state);
    try {
      const status = await this.#loop();
      return input.isInteractive ? 0 : status;
    } finally {
      for (const off of this.#offs) off();
    }
  }

  /** Ctrl-C: stops waiting, else drops the line, else asks and then leaves. */
  interrupt(line: string): void {
    const { input } = this.#options;
    if (this.#question) this.#question.abort();
    else if (this.#stopWaiting) this.#stopWaiting();
    else if (line !== '') {
      this.#askedToLeave = false;
      input.clear();
    } else if (this.#askedToLeave) this.leave();
    else {
      this.#askedToLeave = true;
      input.print(['Ctrl-C again, Ctrl-D or quit leaves']);
    }
  }

  leave(): void {
    this.#isOver = true;
    this.#question?.abort();
    this.#options.input.close();
    this.#stopWaiting?.();
  }

  async #loop(): Promise<number> {
    let status = 0;
    for (let text = await this.#readEntry(); text !== undefined && !this.#isOver; text = await this.#readEntry()) {
      this.#askedToLeave = false;
      const result = await this.#runEntry(text);
      if (result === 'failed') status = 1;
      if (result === 'leave') break;
    }
    return status;
  }

  /** One line, or as many as make one message. */
  async #readEntry(): Promise<string | undefined> {
    const { session, input } = this.#options;
    let text = await input.read(prompt);
    while (text !== undefined && session.isIncomplete(text)) {
      const more = await input.read(continuation);
      if (more === undefined) break;
      text += `\n${more}`;
    }
    return text;
  }

  async #runEntry(text: string): Promise<Outcome['status']> {
    const { session } = this.#options;
    if (text.trim() === '') session.link.retry();
    if (/^\s*(#|$)/.test(text)) return 'done';
    session.history.add(text);
    const asked = askedPanel(text);
    if (asked !== undefined) return this.#showPanel(asked);
    const stop = new AbortController();
    const running = session.run(text, { signal: stop.signal, report: (step) => this.#printOutcome(step) });
    const stopped = new Promise<undefined>((resolve) => {
      this.#stopWaiting = () => {
        stop.abort();
        // Whoever heeds the signal has ended by then; for the others the far end may still carry it out.
        setImmediate(() => resolve(undefined));
      };
    });
    const outcome = await Promise.race([running, stopped]);
    this.#stopWaiting = undefined;
    if (outcome === undefined) {
      if (this.#isOver) return 'leave';
      this.#print(['no longer waiting; its answer is printed when it comes']);
      void running.then((late) => this.#print([`late answer to: ${printableLine(withoutSecrets(text))}`, ...late.outputs.flatMap(linesOf)]));
      return 'failed';
    }
    this.#printOutcome(outcome);
    return outcome.status;
  }

  async #ask(question: Question): Promise<boolean> {
    this.#question = new AbortController();
    try {
      return await this.#options.input.confirm(question, this.#question.signal);
    } finally {
      this.#question = undefined;
    }
  }

  #printOutcome({ outputs }: Outcome): void {
    this.#print(outputs.flatMap(linesOf));
  }

  async #showPanel(asked: AskedPanel): Promise<Outcome['status']> {
    try {
      await this.#feed?.read();
      this.#print(this.#model === undefined ? [] : await panelText(asked, this.#model, this.#options.width() - 1));
      return 'done';
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#print([`error: ${error.message}`]);
      return 'failed';
    }
  }

  #onReading(model: PanelModel): void {
    this.#model = model;
    const { told, lines } = jobLines(this.#told, model.jobs, performance.now());
    this.#told = told;
    this.#print(lines);
  }

  #onEvent(output: Output, { event, data }: QmpEvent): void {
    if (event === 'BLOCK_JOB_COMPLETED' || event === 'BLOCK_JOB_CANCELLED') this.#told = withoutJob(this.#told, data.device);
    if (event === 'JOB_STATUS_CHANGE' && data.status === 'null') this.#told = withoutJob(this.#told, data.id);
    this.#print(printableLines(output.text).map((line) => `event: ${line}`));
  }

  #onLink(state: LinkState): void {
    this.#print([`${printableLine(this.#options.session.link.label)}: ${linkText(state, 0, 200)}`]);
  }

  #print(lines: readonly string[]): void {
    if (lines.length > 0 && !this.#isOver) this.#options.input.print(lines);
  }
}

/** Output as lines; an error says by a word that it is one. */
function linesOf({ kind, text }: Output): string[] {
  const lines = printableLines(text);
  return kind === 'error' ? lines.map((line, index) => (index === 0 ? `error: ${line}` : line)) : lines;
}
