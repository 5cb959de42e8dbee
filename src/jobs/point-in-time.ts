import { BitSet } from '../util/bit-set.ts';

/** Copies the clusters `start` to `end` (exclusive); nobody else copies or changes them meanwhile. */
export type CopyClusters = (start: number, end: number) => Promise<void>;

interface Flight {
  readonly start: number;
  readonly end: number;
  readonly landed: Promise<unknown>;
}

/** Clusters that a guest write copies in one request at most. */
const GUEST_RUN = 16;

/**
 * Keeps the source's state of one moment reachable while the guest goes on writing: a cluster that is still
 * to be copied is copied before the guest changes it, and the guest waits where a copy is under way.
 * What lies in a cluster still pending is what was there at the beginning.
 */
export class PointInTime {
  readonly pending: BitSet;
  readonly #clusterSize: number;
  readonly #copyForGuest: CopyClusters;
  readonly #flights = new Set<Flight>();
  #isClosed = false;

  constructor(request: { length: number; clusterSize: number; copyForGuest: CopyClusters; pending?: BitSet }) {
    this.pending = request.pending ?? BitSet.full(Math.ceil(request.length / request.clusterSize));
    this.#clusterSize = request.clusterSize;
    this.#copyForGuest = request.copyForGuest;
  }

  /** The hook before guest writes: resolves when the range may change. */
  readonly beforeWrite = async (offset: number, length: number): Promise<void> => {
    const first = Math.floor(offset / this.#clusterSize);
    const end = Math.ceil((offset + length) / this.#clusterSize);
    while (!this.#isClosed) {
      const flight = this.#flightIn(first, end);
      if (flight !== undefined) await flight.landed;
      else {
        const start = this.pending.next(first, end);
        if (start < 0) return;
        const runEnd = this.pending.runEnd(start, Math.min(end, start + GUEST_RUN));
        await this.copy(start, runEnd, () => this.#copyForGuest(start, runEnd));
      }
    }
  };

  /** Takes pending clusters over and copies them with `work`; they become pending again when it fails. */
  async copy(start: number, end: number, work: () => Promise<void>): Promise<void> {
    this.pending.remove(start, end);
    const copying = this.#copyOrReturn(start, end, work);
    const flight = { start, end, landed: copying.then(() => undefined, () => undefined) };
    this.#flights.add(flight);
    try {
      await copying;
    } finally {
      this.#flights.delete(flight);
    }
  }

  /** Gives up what is still pending; resolves when no copy is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.settled();
  }

  /** Resolves when no copy is under way. */
  async settled(): Promise<void> {
    while (this.#flights.size > 0) await Promise.all([...this.#flights].map((flight) => flight.landed));
  }

  async #copyOrReturn(start: number, end: number, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.pending.add(start, end);
      throw error;
    }
  }

  #flightIn(start: number, end: number): Flight | undefined {
    for (const flight of this.#flights) if (flight.start < end && flight.end > start) return flight;
    return undefined;
  }
}
