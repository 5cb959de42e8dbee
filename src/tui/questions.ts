import type { Question } from '../shell/safety/safety.ts';
import type { ScreenStore } from './state/screen-store.ts';
import { printableLine } from './text/printable.ts';
import { theme } from './theme.ts';

/** Puts questions to the user in place of the prompt, one after another; everything but the right name is a no. */
export class Questions {
  readonly #store: ScreenStore;
  readonly #print: (lines: readonly string[]) => void;
  readonly #waiting: { readonly question: Question; readonly resolve: (agreed: boolean) => void }[] = [];
  #isOver = false;

  constructor(store: ScreenStore, print: (lines: readonly string[]) => void) {
    this.#store = store;
    this.#print = print;
  }

  ask(question: Question): Promise<boolean> {
    if (this.#isOver) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#waiting.push({ question, resolve });
      if (this.#waiting.length === 1) this.#show(question);
    });
  }

  /** Enter. */
  answer(): void {
    const answer = this.#store.state.editor.text.trim();
    const subject = this.#waiting[0]?.question.subject;
    if (answer !== '' && answer !== subject) this.#print([theme.warn(`'${printableLine(answer)}' is not '${printableLine(subject ?? '')}'`)]);
    this.#settle(answer === subject);
  }

  /** Esc, Ctrl-C. */
  decline(): void {
    this.#settle(false);
  }

  /** Whatever still waits gets a no. */
  close(): void {
    this.#isOver = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve(false);
  }

  #show(question: Question): void {
    this.#store.dispatch({ type: 'question-asked', text: questionText(question), subject: question.subject });
  }

  #settle(agreed: boolean): void {
    const answered = this.#waiting.shift();
    if (answered === undefined) return;
    this.#store.dispatch({ type: 'question-answered' });
    if (agreed) this.#print([theme.dim(`confirmed: ${printableLine(questionText(answered.question))}`)]);
    answered.resolve(agreed);
    const next = this.#waiting[0];
    if (next !== undefined) this.#show(next.question);
  }
}

/** What a question says, in a line. */
export function questionText({ command, effect, again }: Question): string {
  return `${again ? 'It has changed meanwhile. ' : ''}${command} ${effect.text}${effect.why === undefined ? '' : `; ${effect.why}`}`;
}
