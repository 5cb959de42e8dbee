import type { BlockJob } from './block-job.ts';

/** Requests in flight at a time: enough to keep the host's thread pool busy while the main thread answers. */
const IN_FLIGHT = 8;
/** Bytes in flight at a time: what a pause waits for. */
const BYTES_IN_FLIGHT = 16 << 20;

/** What a bulk copy does, piece by piece. */
export interface BulkCopy<Piece> {
  /** The next piece to move, at most `limit` bytes of it where it costs; undefined at the end. */
  next(limit: number): Promise<Piece | undefined>;
  /** Bytes of the piece that count against the job's speed. */
  cost(piece: Piece): number;
  move(piece: Piece): Promise<void>;
}

/**
 * Moves pieces, several at a time, at the job's speed; nothing is in flight while the job is paused and when this settles.
 * Rejects with the first error of a piece, or JobCancelled.
 */
export async function bulkCopy<Piece>(job: BlockJob, copy: BulkCopy<Piece>): Promise<void> {
  const flights = new Flights();
  try {
    while (!flights.failed) {
      await paced(job, flights);
      while (flights.count >= IN_FLIGHT || flights.bytes >= BYTES_IN_FLIGHT) await flights.landed();
      if (flights.failed || job.mustYield) continue;
      const piece = await copy.next(job.burst);
      if (piece === undefined) break;
      const bytes = copy.cost(piece);
      job.charge(bytes);
      flights.launch(bytes, copy.move(piece));
    }
  } finally {
    await flights.allLanded();
  }
  flights.check();
}

/** Waits while the job rests or its speed is used up. */
async function paced(job: BlockJob, flights: Flights): Promise<void> {
  for (;;) {
    if (job.mustYield) {
      await flights.allLanded();
      await job.checkpoint();
    }
    const { delay } = job;
    if (delay <= 0) return;
    await job.nap(delay);
  }
}

/** The pieces under way. */
class Flights {
  count = 0;
  bytes = 0;
  failed = false;
  #error: unknown;
  #waiter: (() => void) | undefined;

  launch(bytes: number, flight: Promise<void>): void {
    this.count++;
    this.bytes += bytes;
    flight.then(() => this.#land(bytes), (error: unknown) => {
      if (!this.failed) this.#error = error;
      this.failed = true;
      this.#land(bytes);
    });
  }

  /** Resolves when the next piece has landed. */
  landed(): Promise<void> {
    return new Promise((resolve) => (this.#waiter = resolve));
  }

  async allLanded(): Promise<void> {
    while (this.count > 0) await this.landed();
  }

  /** @throws the first piece's error */
  check(): void {
    if (this.failed) throw this.#error;
  }

  #land(bytes: number): void {
    this.count--;
    this.bytes -= bytes;
    this.#waiter?.();
    this.#waiter = undefined;
  }
}
