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
    for (const [word, mask] of masks(start, end)) {
      const before = this.#words[word] as number;
      this.#words[word] = before | mask;
      this.#count += ones(mask & ~before);
    }
  }

  /** Takes `start` to `end` (exclusive) out; returns how many were in. */
  remove(start: number, end: number): number {
    let removed = 0;
    for (const [word, mask] of masks(start, end)) {
      const before = this.#words[word] as number;
      if (before === 0) continue;
      this.#words[word] = before & ~mask;
      removed += ones(before & mask);
    }
    this.#count -= removed;
    return removed;
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
    let index = from;
    while (index < end && this.has(index)) index++;
    return index;
  }
}

/** Word index and bit mask of each word that `start` to `end` touches. */
function* masks(start: number, end: number): Generator<readonly [number, number]> {
  for (let index = start; index < end;) {
    const next = Math.min(end, (index | 31) + 1);
    const width = next - index;
    yield [index >>> 5, (width === 32 ? 0xffffffff : ((1 << width) - 1)) << (index & 31)];
    index = next;
  }
}

function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
