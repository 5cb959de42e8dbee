/** A held range of guest clusters; `release` lets the requests that wait for it go on. */
export interface Hold {
  release(): void;
}

interface Entry extends Hold {
  readonly first: number;
  readonly last: number;
  readonly isExclusive: boolean;
  /** Earlier requests in the way. */
  blockers: number;
  readonly waiting: Entry[];
  grant: (() => void) | undefined;
}

/**
 * Orders requests by the guest clusters they touch: reads and writes in place share, whatever changes the mapping
 * is alone. First come, first served, so that nobody starves.
 */
export class RequestLocks {
  readonly #entries = new Set<Entry>();

  /** Holds clusters `first` to `last` (inclusive). */
  async acquire(first: number, last: number, mode: 'shared' | 'exclusive'): Promise<Hold> {
    const entry: Entry = {
      first, last, isExclusive: mode === 'exclusive', blockers: 0, waiting: [], grant: undefined,
      release: () => this.#release(entry),
    };
    for (const earlier of this.#entries) {
      if (earlier.last < first || earlier.first > last || !(entry.isExclusive || earlier.isExclusive)) continue;
      earlier.waiting.push(entry);
      entry.blockers++;
    }
    this.#entries.add(entry);
    if (entry.blockers > 0) await new Promise<void>((resolve) => (entry.grant = resolve));
    return entry;
  }

  #release(entry: Entry): void {
    this.#entries.delete(entry);
    for (const later of entry.waiting) if (--later.blockers === 0) later.grant?.();
  }
}
