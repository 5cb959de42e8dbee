/** A held range of guest clusters; `release` lets the requests that wait for it go on. */
export interface Hold {
  release(): void;
}

type Mode = 'shared' | 'exclusive';

/**
 * Orders requests by the guest clusters they touch: reads and writes in place share, whatever changes the mapping
 * is alone. First come, first served, so that nobody starves.
 */
export class RequestLocks {
  readonly #requests = new Set<Request>();

  /** Holds clusters `first` to `last` (inclusive). */
  async acquire(first: number, last: number, mode: Mode): Promise<Hold> {
    const request = new Request(this.#requests, { first, last, isExclusive: mode === 'exclusive' });
    for (const earlier of this.#requests) if (earlier.isInTheWayOf(request)) earlier.holdUp(request);
    this.#requests.add(request);
    await request.granted();
    return request;
  }

  /** The same for sharing, if that needs no waiting. */
  tryShare(first: number, last: number): Hold | undefined {
    const request = new Request(this.#requests, { first, last, isExclusive: false });
    for (const earlier of this.#requests) if (earlier.isInTheWayOf(request)) return undefined;
    this.#requests.add(request);
    return request;
  }
}

class Request implements Hold {
  readonly #all: Set<Request>;
  readonly #first: number;
  readonly #last: number;
  readonly #isExclusive: boolean;
  /** Later requests that wait for this one. */
  #waiting: Request[] | undefined;
  /** Earlier requests in the way. */
  #blockers = 0;
  #grant: (() => void) | undefined;

  constructor(all: Set<Request>, { first, last, isExclusive }: { first: number; last: number; isExclusive: boolean }) {
    this.#all = all;
    this.#first = first;
    this.#last = last;
    this.#isExclusive = isExclusive;
  }

  isInTheWayOf(later: Request): boolean {
    return (this.#isExclusive || later.#isExclusive) && this.#first <= later.#last && this.#last >= later.#first;
  }

  holdUp(later: Request): void {
    (this.#waiting ??= []).push(later);
    later.#blockers++;
  }

  /** Resolves when nobody is in the way any more. */
  granted(): Promise<void> | undefined {
    return this.#blockers === 0 ? undefined : new Promise((resolve) => (this.#grant = resolve));
  }

  release(): void {
    this.#all.delete(this);
    for (const later of this.#waiting ?? []) if (--later.#blockers === 0) later.#grant?.();
  }
}
