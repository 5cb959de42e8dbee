import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import type { Question } from '../../shell/safety/safety.ts';
import { withoutSecrets } from '../../shell/secrets.ts';
import { questionText } from '../questions.ts';
import { printableLine } from '../text/printable.ts';
import { LineQueue } from './line-input.ts';
import type { LineInput, LineStreams } from './line-input.ts';

/** Lines beyond this wait in the pipe. */
const most = 1000;

/** Whole lines from a pipe, which are repeated behind the prompt, or from a terminal that can do nothing but print. */
export class CookedInput implements LineInput {
  readonly isInteractive: boolean;
  readonly #stdout: LineStreams['stdout'];
  readonly #reader: Interface;
  readonly #lines = new LineQueue();
  #waiting = 0;
  #prompt = '';

  constructor({ stdin, stdout }: LineStreams, isInteractive: boolean) {
    this.isInteractive = isInteractive;
    this.#stdout = stdout;
    this.#reader = createInterface({ input: stdin, terminal: false, crlfDelay: Number.POSITIVE_INFINITY });
    this.#reader.on('line', (line) => {
      this.#lines.push(line);
      if (++this.#waiting === most) this.#reader.pause();
    });
    this.#reader.on('close', () => this.#lines.end());
  }

  async read(prompt: string): Promise<string | undefined> {
    this.#prompt = prompt;
    // What was typed ahead stands somewhere above; it is repeated where it runs, as the lines of a pipe are.
    const isTyped = this.isInteractive && this.#lines.isEmpty;
    if (isTyped) this.#stdout.write(prompt);
    const line = await this.#lines.next();
    if (line === undefined) return undefined;
    if (this.#waiting-- === most) this.#reader.resume();
    if (!isTyped) this.#stdout.write(`${prompt}${printableLine(withoutSecrets(line))}\n`);
    return line;
  }

  async confirm(question: Question, signal: AbortSignal): Promise<boolean> {
    const subject = printableLine(question.subject);
    this.#prompt = `Type ${subject} to go on; an empty line leaves: `;
    this.#stdout.write(`! ${printableLine(questionText(question))}\n${this.#prompt}`);
    const leave = () => this.#lines.push('');
    signal.addEventListener('abort', leave, { once: true });
    const answer = await this.#lines.fresh();
    signal.removeEventListener('abort', leave);
    if (signal.aborted) this.#stdout.write('\n');
    else if (answer !== undefined) this.#waiting--;
    return !signal.aborted && answer?.trim() === question.subject;
  }

  /** The terminal keeps what was typed so far, although it no longer stands on the line with the prompt. */
  print(lines: readonly string[]): void {
    const interrupts = this.isInteractive && this.#lines.isWanted;
    const text = lines.map((line) => `${line}\n`).join('');
    this.#stdout.write(interrupts ? `\n${text}${this.#prompt}` : text);
  }

  /** The terminal itself has dropped the line. */
  clear(): void {
    if (this.#lines.isWanted) this.#stdout.write(`\n${this.#prompt}`);
  }

  close(): void {
    this.#reader.close();
  }
}
