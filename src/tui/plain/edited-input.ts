import type { ReadStream, WriteStream } from 'node:tty';
import type { Question } from '../../shell/safety/safety.ts';
import { withoutSecrets } from '../../shell/secrets.ts';
import type { Completion, Session } from '../../shell/session.ts';
import { KeyActor } from '../key-actor.ts';
import { keyBindings } from '../keys/key-bindings.ts';
import type { Effect, KeyBinding } from '../keys/key-bindings.ts';
import { remapKeys } from '../keys/remap-keys.ts';
import type { KeyEvent } from '../keys/key-event.ts';
import { keyHelp } from '../keys/key-help.ts';
import { onKeys } from '../keys/key-input.ts';
import { Questions } from '../questions.ts';
import { inCharset } from '../screen/charset.ts';
import { sized } from '../screen/frame.ts';
import type { Frame, Terminal } from '../screen/frame.ts';
import { InlinePainter } from '../screen/inline-painter.ts';
import { onProcessEnd } from '../screen/on-process-end.ts';
import { reflowHabit } from '../screen/reflow-habit.ts';
import { TerminalModes } from '../screen/terminal-modes.ts';
import { emptyEditor } from '../state/line-editor.ts';
import { initialScreen } from '../state/screen-state.ts';
import type { ScreenState } from '../state/screen-state.ts';
import { ScreenStore } from '../state/screen-store.ts';
import { plainText } from '../text/styled-text.ts';
import { promptRows } from '../views/prompt-rows.ts';
import { LineQueue } from './line-input.ts';
import type { LineInput } from './line-input.ts';
import { textCompletion } from './text-completion.ts';

export interface EditedInputOptions {
  readonly session: Session;
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly complete: (text: string, cursor: number) => Promise<Completion>;
  /** Ctrl-C, with what was typed. */
  readonly onInterrupt: (line: string) => void;
}

const nothing: Frame = { rows: [''], caret: { row: 0, column: 0 } };

/** The prompt of the screen without the screen: the same keys and editing, one line of text, and no colours. */
export class EditedInput implements LineInput {
  readonly isInteractive = true;
  readonly #options: EditedInputOptions;
  readonly #terminal: Terminal;
  readonly #store: ScreenStore;
  readonly #painter: InlinePainter;
  readonly #modes: TerminalModes;
  readonly #keys: KeyActor;
  readonly #questions: Questions;
  readonly #bindings: readonly KeyBinding[];
  readonly #lines = new LineQueue();
  readonly #offs: (() => void)[] = [];
  /** True while a line is asked for. */
  #isAsking = false;
  #stop: () => void = () => undefined;
  #isOpen = true;

  constructor(options: EditedInputOptions) {
    const { session, stdin, stdout, env } = options;
    this.#options = options;
    this.#terminal = inCharset(sized(stdout), env);
    this.#store = new ScreenStore(initialScreen(session.link.state, performance.now()), () => session.history.lines);
    this.#painter = new InlinePainter(this.#terminal, reflowHabit(env));
    this.#modes = new TerminalModes(stdin, stdout);
    this.#questions = new Questions(this.#store, (lines) => this.print(lines.map(plainText)));
    const effects = this.#effects();
    const { bindings } = remapKeys(keyBindings, session.settings.keys);
    this.#bindings = bindings.filter(({ when, action }) => (when === 'line' || when === 'search' || when === 'question' || when === 'anywhere')
      && ('effect' in action ? action.effect in effects : 'type' in action && isOfTheLine(action.type)));
    this.#keys = new KeyActor(this.#store, () => this.#bindings, { effects, typeFilter: () => undefined });
    this.#modes.enter();
    this.#watch();
  }

  read(): Promise<string | undefined> {
    const next = this.#lines.next();
    this.#isAsking = this.#lines.isWanted;
    this.#paint();
    return next;
  }

  async confirm(question: Question, signal: AbortSignal): Promise<boolean> {
    const decline = () => this.#questions.decline();
    signal.addEventListener('abort', decline, { once: true });
    const asked = this.#questions.ask(question);
    this.#paint();
    const isAgreed = await asked;
    signal.removeEventListener('abort', decline);
    return isAgreed;
  }

  print(lines: readonly string[]): void {
    this.#painter.paint(this.#frame(), lines);
  }

  clear(): void {
    this.#store.dispatch({ type: 'set', text: '' });
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const off of this.#offs) off();
    this.#questions.close();
    this.#lines.end();
    this.#painter.remove();
    this.#modes.leave();
  }

  #watch(): void {
    const { stdin, stdout } = this.#options;
    const onResize = () => {
      this.#painter.resized();
      this.#paint();
    };
    const onLost = () => this.close();
    stdout.on('resize', onResize);
    for (const stream of [stdin, stdout]) stream.on('error', onLost);
    stdin.on('end', onLost);
    const watch = onProcessEnd({
      onSignal: () => this.close(),
      onCrash: (error) => {
        this.close();
        throw error;
      },
      onExit: () => this.close(),
      onSuspend: () => this.#suspend(),
      onContinue: () => this.#resume(),
    });
    this.#offs.push(watch.off, () => stdout.off('resize', onResize), () => stdin.off('end', onLost), onKeys(stdin, undefined, { onKeys: (events) => this.#onKeys(events) }));
    this.#stop = watch.stop;
  }

  #onKeys(events: readonly KeyEvent[]): void {
    for (const event of events) {
      if (!this.#isOpen) return;
      this.#keys.handle(event);
      const { notice } = this.#store.state;
      if (notice !== undefined) this.print([notice]);
    }
    this.#paint();
  }

  #effects(): Partial<Record<Effect, () => void>> {
    return {
      submit: () => this.#submit(),
      'search-submit': () => {
        this.#store.dispatch({ type: 'search-end', keep: true });
        this.#submit();
      },
      answer: () => this.#questions.answer(),
      decline: () => this.#questions.decline(),
      'new-line': () => this.#store.dispatch({ type: 'insert', text: '\n' }),
      complete: () => void this.#complete(),
      interrupt: () => this.#options.onInterrupt(this.#store.state.editor.text),
      'end-of-input': () => {
        if (this.#store.state.editor.text === '') this.close();
        else this.#store.dispatch({ type: 'erase', to: 'right' });
      },
      redraw: () => {
        this.#terminal.write('\x1b[H\x1b[2J');
        this.#painter.restart();
      },
      help: () => this.print(keyHelp(this.#bindings, this.#terminal.columns).map(plainText)),
      suspend: () => this.#suspend(),
    };
  }

  /** The line stays where it was typed; whatever comes is printed below it. */
  #submit(): void {
    const { text, cursor } = this.#store.state.editor;
    if (this.#options.session.isIncomplete(text)) {
      this.#store.dispatch({ type: 'replace', from: cursor, to: cursor, text: '\n' });
      return;
    }
    this.#painter.paint(nothing, this.#framed({ ...this.#store.state, editor: { ...emptyEditor, text: withoutSecrets(text) } }, Number.POSITIVE_INFINITY).rows);
    this.#store.dispatch({ type: 'reset' });
    this.#isAsking = false;
    this.#lines.push(text);
  }

  async #complete(): Promise<void> {
    const { text, cursor } = this.#store.state.editor;
    const completion = await this.#options.complete(text, cursor);
    const { editor } = this.#store.state;
    if (!this.#isOpen || editor.text !== text || editor.cursor !== cursor) return;
    const { from, to } = completion;
    const { typed, shared, list } = textCompletion(text, completion);
    if (shared === typed) this.print(list);
    else this.#store.dispatch({ type: 'replace', from, to, text: shared });
    this.#paint();
  }

  #suspend(): void {
    this.#painter.remove();
    this.#modes.leave();
    this.#stop();
    // Where no shell could continue it, the process was not stopped and no SIGCONT comes.
    setTimeout(() => this.#resume(), 100);
  }

  #resume(): void {
    if (!this.#isOpen) return;
    this.#modes.renew();
    this.#painter.restart();
    this.#paint();
  }

  #paint(): void {
    if (this.#isOpen) this.#painter.paint(this.#frame());
  }

  /** The line with its prompt; nothing while a line runs and no other is typed ahead. */
  #frame(): Frame {
    const { state } = this.#store;
    if (!this.#isAsking && state.question === undefined && state.editor.text === '') return nothing;
    return this.#framed(state, Math.max(1, this.#terminal.rows - 2));
  }

  #framed({ expects: _, ...state }: ScreenState, limit: number): Frame {
    const frame = promptRows(state, { width: this.#terminal.columns - 1, limit }, this.#options.session.history.lines);
    return { ...frame, rows: frame.rows.map(plainText) };
  }
}

function isOfTheLine(type: string): boolean {
  return /^(notice|move|erase|kill|yank|yank-older|transpose|undo|walk|search-.*)$/.test(type);
}
