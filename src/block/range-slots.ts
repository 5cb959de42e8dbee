/** The byte ranges of requests in flight, kept in flat arrays so that taking and freeing one allocates nothing. */
export class RangeSlots {
  #starts = new Float64Array(64);
  #ends = new Float64Array(64);
  #free: number[] = [];
  #used = 0;
  #count = 0;

  /** Ranges held now. */
  get count(): number {
    return this.#count;
  }

  /** Holds `offset` to `end` (exclusive); free() gives the slot back. */
  take(offset: number, end: number): number {
    const slot = this.#free.pop() ?? this.#used++;
    if (slot >= this.#starts.length) this.#grow();
    this.#starts[slot] = offset;
    this.#ends[slot] = end;
    this.#count++;
    return slot;
  }

  free(slot: number): void {
    this.#starts[slot] = this.#ends[slot] = 0;
    this.#count--;
    this.#free.push(slot);
  }

  /** Whether a held range, other than that of slot `except`, shares a byte with `offset` to `end`. */
  overlaps(offset: number, end: number, except = -1): boolean {
    if (this.#count === 0) return false;
    for (let slot = 0; slot < this.#used; slot++) {
      if (slot !== except && (this.#starts[slot] as number) < end && (this.#ends[slot] as number) > offset) return true;
    }
    return false;
  }

  #grow(): void {
    const starts = new Float64Array(this.#starts.length * 2);
    const ends = new Float64Array(starts.length);
    starts.set(this.#starts);
    ends.set(this.#ends);
    this.#starts = starts;
    this.#ends = ends;
  }
}
