/** Numbers that look random and are the same in every run. */
export class Random {
  #state: number;

  constructor(seed = 1) {
    this.#state = seed;
  }

  /** A whole number from 0 to `below` (exclusive). */
  next(below: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * below);
  }

  /** Bytes without a zero among them. */
  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length, 1 + this.next(255));
    for (let at = 0; at < length; at += 64) bytes[at] = 1 + this.next(255);
    return bytes;
  }
}
