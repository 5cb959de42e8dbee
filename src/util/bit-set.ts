/** A set of numbers from 0 to `size`, one bit each. */
export class BitSet {
  readonly size: number;
  readonly #words: Uint32Array;
  #count = 0;

  constructor(size: number) {
    this.size = size;
    this.#words = new Uint32Array(Math.ceil(size / 32));
  }

  /** The set of all numbers. */
  static full(size: number): BitSet {
    const set = new BitSet(size);
    set.#words.fill(0xffffffff);
    if (size % 32 !== 0) set.#words[set.#words.length - 1] = 2 ** (size % 32) - 1;
    set.#count = size;
    return set;
  }

  /** How many numbers are in the set. */
  get count(): number {
    return this.#count;
  }

  has(index: number): boolean {
    return ((this.#words[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0;
  }

  /** Puts `start` to `end` (exclusive) in. */
  add(start: number, end: number): void {
    for (let index = start; index < end;) {
      const word = index >>> 5;
      const next = Math.min(end, (word + 1) << 5);
      const before = this.#words[word] as number;
      const mask = maskOf(index, next);
      if ((mask & ~before) !== 0) this.#replace(word, before, before | mask);
      index = next;
    }
  }

  /** Takes `start` to `end` (exclusive) out; returns how many were in. */
  remove(start: number, end: number): number {
    const count = this.#count;
    for (let index = start; index < end;) {
      const word = index >>> 5;
      const next = Math.min(end, (word + 1) << 5);
      const before = this.#words[word] as number;
      const mask = maskOf(index, next);
      if ((mask & before) !== 0) this.#replace(word, before, before & ~mask);
      index = next;
    }
    return count - this.#count;
  }

  /** The first number of the set at or after `from` and before `end`; -1 when there is none. */
  next(from: number, end = this.size): number {
    for (let index = from; index < end;) {
      const rest = (this.#words[index >>> 5] as number) >>> (index & 31);
      if (rest !== 0) {
        const found = index + 31 - Math.clz32(rest & -rest);
        return found < end ? found : -1;
      }
      index = (index | 31) + 1;
    }
    return -1;
  }

  /** The end (exclusive) of the run of members that begins at `from`, at most `end`. */
  runEnd(from: number, end: number): number {
    for (let index = from; index < end;) {
      const absent = ~(this.#words[index >>> 5] ?? 0) >>> (index & 31);
      if (absent !== 0) return Math.min(end, index + 31 - Math.clz32(absent & -absent));
      index = (index | 31) + 1;
    }
    return Math.max(from, end);
  }

  #replace(word: number, before: number, after: number): void {
    this.#words[word] = after;
    this.#count += ones(after) - ones(before);
  }
}

/** The bits of one word that stand for `start` to `end` (exclusive). */
function maskOf(start: number, end: number): number {
  const width = end - start;
  return (width === 32 ? 0xffffffff : (1 << width) - 1) << (start & 31);
}

function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
