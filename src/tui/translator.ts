import type { Session } from '../shell/session.ts';
import type { Translation } from '../shell/translate/translation.ts';
import { formatJson } from '../util/lossless-json.ts';
import { clipboardBytes, clipboardSequence } from './screen/clipboard.ts';
import type { ScreenStore } from './state/screen-store.ts';

/** A pause in typing after which the line below the prompt follows. */
const pauseMs = 40;

/** Asks the session what the line comes to and hands the answer to the state; copies it, and makes it the text to edit. */
export class Translator {
  readonly #session: Session;
  readonly #store: ScreenStore;
  readonly #write: (sequence: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;

  constructor(session: Session, store: ScreenStore, write: (sequence: string) => void) {
    this.#session = session;
    this.#store = store;
    this.#write = write;
  }

  /** The line changed, or the far end did. */
  follow(): void {
    clearTimeout(this.#timer);
    if (this.#store.state.editor.text === '' || this.#store.state.question) return;
    this.#timer = setTimeout(() => {
      if (this.#isAsking) this.follow();
      else void this.#ask();
    }, pauseMs);
  }

  /** Puts the messages of the line into the terminal's clipboard. */
  async copy(): Promise<void> {
    const found = await this.#messages();
    if (found === undefined) return;
    const text = found.map((message) => formatJson(message)).join('\n');
    const sequence = clipboardSequence(text);
    if (sequence !== undefined) this.#write(sequence);
    this.#notice(sequence === undefined
      ? `too long to copy: ${text.length} characters, and terminals take ${Math.floor(clipboardBytes * 3 / 4)}`
      : `copied ${text.length} characters of QMP, if the terminal lets programs copy (OSC 52)`);
  }

  /** Replaces the line by its messages, to be edited. */
  async edit(): Promise<void> {
    const found = await this.#messages();
    if (found === undefined) return;
    this.#store.dispatch({ type: 'set', text: found.map((message) => formatJson(message, { pretty: true }).replaceAll('    ', '  ')).join('\n') });
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<Translation | undefined> {
    const { text } = this.#store.state.editor;
    this.#isAsking = true;
    try {
      const translation = await this.#session.translate(text);
      if (this.#store.state.question === undefined) this.#store.dispatch({ type: 'translated', text, translation });
      return translation;
    } finally {
      this.#isAsking = false;
    }
  }

  /** What the line would send; where that is nothing, says why. */
  async #messages(): Promise<Translation['messages'] | undefined> {
    const { text } = this.#store.state.editor;
    const translation = await this.#ask();
    if (this.#store.state.editor.text !== text) return undefined;
    if (translation !== undefined && translation.messages.length > 0) return translation.messages;
    this.#notice(`no QMP: ${text.trim() === '' ? 'the line is empty' : translation?.problem ?? translation?.note ?? 'this is no command'}`);
    return undefined;
  }

  #notice(text: string): void {
    this.#store.dispatch({ type: 'notice', text });
  }
}
