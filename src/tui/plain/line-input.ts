import type { Readable, Writable } from 'node:stream';
import type { Question } from '../../shell/safety/safety.ts';

/** Where lines come from, and how to print while somebody is typing one. */
export interface LineInput {
  /** True where a person types: there is somebody to ask, and nobody waits for an exit status. */
  readonly isInteractive: boolean;
  /** The next line, or several that make one message, asked for with this prompt; undefined at the end of the input. */
  read(prompt: string): Promise<string | undefined>;
  /** Puts a question where somebody types; what was typed before it is no answer. Aborting it is a no. */
  confirm(question: Question, signal: AbortSignal): Promise<boolean>;
  /** Prints whole lines; a line that is being typed stays below them. */
  print(lines: readonly string[]): void;
  /** Drops what is typed so far. */
  clear(): void;
  close(): void;
}

export interface LineStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
}

/** Lines that arrive on their own time, handed out one by one. */
export class LineQueue {
  readonly #lines: string[] = [];
  #isOver = false;
  #take: ((line: string | undefined) => void) | undefined;

  /** True while a reader waits for a line. */
  get isWanted(): boolean {
    return this.#take !== undefined;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  push(line: string): void {
    if (this.#take === undefined) this.#lines.push(line);
    else this.#hand(line);
  }

  end(): void {
    this.#isOver = true;
    this.#hand(undefined);
  }

  next(): Promise<string | undefined> {
    const line = this.#lines.shift();
    return line === undefined ? this.fresh() : Promise.resolve(line);
  }

  /** The next line that comes from now on, whatever waits. */
  fresh(): Promise<string | undefined> {
    if (this.#isOver) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#take = resolve;
    });
  }

  #hand(line: string | undefined): void {
    const take = this.#take;
    this.#take = undefined;
    take?.(line);
  }
}
