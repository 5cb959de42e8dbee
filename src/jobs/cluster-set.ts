/** A set of cluster numbers from 0 to `size`, one bit each. */
export class ClusterSet {
  readonly size: number;
  readonly #words: Uint32Array;
  #count = 0;

  constructor(size: number) {
    this.size = size;
    this.#words = new Uint32Array(Math.ceil(size / 32));
  }

  /** The set of all clusters. */
  static full(size: number): ClusterSet {
    const set = new ClusterSet(size);
    set.#words.fill(0xffffffff);
    if (size % 32 !== 0) set.#words[set.#words.length - 1] = 2 ** (size % 32) - 1;
    set.#count = size;
    return set;
  }

  /** How many clusters are in the set. */
  get count(): number {
    return this.#count;
  }

  has(cluster: number): boolean {
    return ((this.#words[cluster >>> 5] ?? 0) & (1 << (cluster & 31))) !== 0;
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

  /** The first cluster of the set at or after `from` and before `end`; -1 when there is none. */
  next(from: number, end = this.size): number {
    for (let cluster = from; cluster < end;) {
      const rest = (this.#words[cluster >>> 5] as number) >>> (cluster & 31);
      if (rest !== 0) {
        const found = cluster + 31 - Math.clz32(rest & -rest);
        return found < end ? found : -1;
      }
      cluster = (cluster | 31) + 1;
    }
    return -1;
  }

  /** The end (exclusive) of the run of members that begins at `from`, at most `end`. */
  runEnd(from: number, end: number): number {
    let cluster = from;
    while (cluster < end && this.has(cluster)) cluster++;
    return cluster;
  }
}

/** Word index and bit mask of each word that `start` to `end` touches. */
function* masks(start: number, end: number): Generator<readonly [number, number]> {
  for (let cluster = start; cluster < end;) {
    const next = Math.min(end, (cluster | 31) + 1);
    const width = next - cluster;
    yield [cluster >>> 5, (width === 32 ? 0xffffffff : ((1 << width) - 1)) << (cluster & 31)];
    cluster = next;
  }
}

function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
