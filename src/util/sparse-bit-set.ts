import { BitSet } from './bit-set.ts';

/** Numbers in a leaf. */
const LEAF = 1 << 15;
const FANOUT = 256;

type Part = BitSet | SparseBitSet | 'full' | undefined;

/**
 * A set of numbers from 0 to `size`, for sizes far beyond memory: a tree in which runs that are wholly in or out
 * take no space and are passed over at once.
 */
export class SparseBitSet {
  readonly size: number;
  /** Numbers in each part but the last. */
  readonly #span: number;
  readonly #parts: Part[];
  #count = 0;

  constructor(size: number) {
    this.size = size;
    let span = LEAF;
    while (span * FANOUT < size) span *= FANOUT;
    this.#span = span;
    this.#parts = new Array<Part>(Math.ceil(size / span)).fill(undefined);
  }

  /** How many numbers are in the set. */
  get count(): number {
    return this.#count;
  }

  has(index: number): boolean {
    return this.next(index, index + 1) === index;
  }

  /** Puts `start` to `end` (exclusive) in. */
  add(start: number, end: number): void {
    this.#eachPart(start, end, (part, from, to) => {
      const size = this.#partSize(part);
      const before = this.#partCount(part);
      if (before === size) return;
      if (to - from === size) this.#parts[part] = 'full';
      else this.#divided(part).add(from, to);
      const after = this.#partCount(part);
      if (after === size) this.#parts[part] = 'full';
      this.#count += after - before;
    });
  }

  /** Takes `start` to `end` (exclusive) out. */
  remove(start: number, end: number): void {
    this.#eachPart(start, end, (part, from, to) => {
      const before = this.#partCount(part);
      if (before === 0) return;
      if (to - from === this.#partSize(part)) this.#parts[part] = undefined;
      else this.#divided(part).remove(from, to);
      const after = this.#partCount(part);
      if (after === 0) this.#parts[part] = undefined;
      this.#count += after - before;
    });
  }

  /** The first number of the set at or after `from` and before `end`; -1 when there is none. */
  next(from: number, end = this.size): number {
    const limit = Math.min(end, this.size);
    for (let at = from; at < limit;) {
      const part = Math.floor(at / this.#span);
      const first = part * this.#span;
      const partEnd = Math.min(first + this.#partSize(part), limit);
      const content = this.#parts[part];
      if (content === 'full') return at;
      const found = content === undefined ? -1 : content.next(at - first, partEnd - first);
      if (found >= 0) return first + found;
      at = partEnd;
    }
    return -1;
  }

  /** The end (exclusive) of the run of members that begins at `from`, at most `end` and the size. */
  runEnd(from: number, end = this.size): number {
    const limit = Math.min(end, this.size);
    for (let at = from; at < limit;) {
      const part = Math.floor(at / this.#span);
      const first = part * this.#span;
      const partEnd = Math.min(first + this.#partSize(part), limit);
      const content = this.#parts[part];
      const stop = content === 'full' ? partEnd : content === undefined ? at : first + content.runEnd(at - first, partEnd - first);
      if (stop < partEnd) return stop;
      at = partEnd;
    }
    return limit;
  }

  /** The runs of members between `from` and `end`, each as start and end (exclusive). */
  *runs(from = 0, end = this.size): Generator<readonly [start: number, end: number]> {
    for (let start = this.next(from, end); start >= 0;) {
      const stop = this.runEnd(start, end);
      yield [start, stop];
      start = this.next(stop, end);
    }
  }

  /** Puts all members of another set of the same size in. */
  addAll(other: SparseBitSet): void {
    for (const [start, end] of other.runs()) this.add(start, end);
  }

  /** A set of another size with the members that fit. */
  resized(size: number): SparseBitSet {
    const result = new SparseBitSet(size);
    for (const [start, end] of this.runs(0, Math.min(size, this.size))) result.add(start, end);
    return result;
  }

  /** Calls `work` for each part between two numbers, with the numbers counted from the part's first. */
  #eachPart(start: number, end: number, work: (part: number, from: number, to: number) => void): void {
    for (let at = start; at < end;) {
      const part = Math.floor(at / this.#span);
      const first = part * this.#span;
      const to = Math.min(end, first + this.#partSize(part));
      work(part, at - first, to - first);
      at = to;
    }
  }

  #partSize(part: number): number {
    return Math.min(this.#span, this.size - part * this.#span);
  }

  #partCount(part: number): number {
    const content = this.#parts[part];
    return content === 'full' ? this.#partSize(part) : content?.count ?? 0;
  }

  /** The part as a set of its own. */
  #divided(part: number): BitSet | SparseBitSet {
    const content = this.#parts[part];
    if (typeof content === 'object') return content;
    const size = this.#partSize(part);
    const set = this.#span === LEAF ? new BitSet(size) : new SparseBitSet(size);
    if (content === 'full') set.add(0, size);
    this.#parts[part] = set;
    return set;
  }
}
