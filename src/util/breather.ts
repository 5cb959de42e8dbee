import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longest time in milliseconds that bookkeeping may keep the main thread from answering. */
const BREATH = 4;

/** Lets other work have a turn during long loops that wait for nothing. */
export class Breather {
  #last = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.#last < BREATH) return;
    await nextTurn();
    this.#last = performance.now();
  }
}
