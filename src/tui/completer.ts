import type { Session } from '../shell/session.ts';
import type { ScreenStore } from './state/screen-store.ts';

/** A pause in typing after which the hint behind the caret, or an open list, follows the line. */
const pauseMs = 40;

/** Asks the session what can follow and hands the answer to the state; an answer for a line that has changed is ignored there. */
export class Completer {
  readonly #session: Session;
  readonly #store: ScreenStore;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;

  constructor(session: Session, store: ScreenStore) {
    this.#session = session;
    this.#store = store;
  }

  /** Tab. */
  complete(): void {
    clearTimeout(this.#timer);
    void this.#ask('tab');
  }

  /** The line changed. */
  follow(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#isAsking) this.follow();
      else void this.#ask('typing');
    }, pauseMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #ask(why: 'tab' | 'typing'): Promise<void> {
    const { editor: { text, cursor }, question } = this.#store.state;
    if (question !== undefined || (why === 'typing' && text === '')) return;
    this.#isAsking = true;
    try {
      const completion = await this.#session.complete(text, cursor);
      this.#store.dispatch({ type: 'completed', why, text, cursor, completion });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (why === 'tab') this.#store.dispatch({ type: 'notice', text: error.message });
    } finally {
      this.#isAsking = false;
    }
  }
}
