import { mapChain } from '../block/chain-map.ts';
import type { DirtyBitmap } from '../block/dirty-bitmap.ts';
import type { BlockNode } from '../block/node.ts';
import type { ClusterCopy } from './cluster-copy.ts';
import type { DirtyPiece } from './dirty-scan.ts';
import { PIECE } from './piece-size.ts';

/** Clusters of which a copy is under way. */
export interface Flight {
  readonly start: number;
  readonly end: number;
  readonly landed: Promise<void>;
  readonly land: () => void;
}

/**
 * Lets a guest's write end only when the target has it as well: what is written is clean again at once, so that a mirror
 * converges however fast the guest is, and the job's own copies have less to do. Copies of the same clusters follow one
 * another: each makes its clusters clean, then reads them, so that the last one to write is the last one to have read.
 */
export class WriteThrough {
  readonly #source: BlockNode;
  readonly #dirty: DirtyBitmap;
  readonly #copy: ClusterCopy;
  readonly #flights = new Set<Flight>();
  readonly #copied: (bytes: number) => void;
  #looking: Promise<unknown> | undefined;

  constructor(parts: { source: BlockNode; dirty: DirtyBitmap; copy: ClusterCopy; copied: (bytes: number) => void }) {
    this.#source = parts.source;
    this.#dirty = parts.dirty;
    this.#copy = parts.copy;
    this.#copied = parts.copied;
  }

  /** The hook after guest writes. A copy that fails leaves its clusters dirty: the job will meet the error itself. */
  readonly afterWrite = async (offset: number, length: number): Promise<void> => {
    const start = Math.floor(offset / this.#dirty.granularity);
    const end = Math.ceil((offset + length) / this.#dirty.granularity);
    if (end > start) await this.#alone(start, end, () => this.#copyDirty(start, end));
  };

  /** For the job's own copies: looks for a piece and puts it under way in one step, for nobody to come between. */
  async take(look: () => Promise<DirtyPiece | undefined>): Promise<(DirtyPiece & { readonly flight: Flight }) | undefined> {
    const looking = look().then((piece) => piece && { ...piece, flight: this.#launch(piece.start, piece.end) });
    this.#looking = looking.then(() => undefined, () => undefined);
    try {
      return await looking;
    } finally {
      this.#looking = undefined;
    }
  }

  /** Runs the copy that was taken, once those of the same clusters that came first are over. */
  async run(flight: Flight, work: () => Promise<void>): Promise<void> {
    try {
      for (let other = this.#before(flight); other !== undefined; other = this.#before(flight)) await other.landed;
      await work();
    } finally {
      this.#flights.delete(flight);
      flight.land();
    }
  }

  /** Resolves when no copy is under way. */
  async settled(): Promise<void> {
    while (this.#flights.size > 0) await Promise.all([...this.#flights].map((flight) => flight.landed));
  }

  async #alone(start: number, end: number, work: () => Promise<void>): Promise<void> {
    for (;;) {
      const obstacle = this.#looking ?? this.#find(start, end)?.landed;
      if (obstacle === undefined) break;
      await obstacle;
    }
    await this.run(this.#launch(start, end), work);
  }

  /** Somebody else may have copied some of it since it was written. */
  async #copyDirty(first: number, last: number): Promise<void> {
    const { bits, granularity } = this.#dirty;
    for (let start = bits.next(first); start >= 0 && start < last; start = bits.next(start)) {
      const end = bits.runEnd(start, Math.min(last, start + Math.max(1, PIECE / granularity)));
      this.#dirty.remove(start * granularity, (end - start) * granularity);
      try {
        await this.#copyRun(start, end);
        this.#copied(this.#copy.bytes(start, end));
      } catch {
        this.#dirty.add(start * granularity, (end - start) * granularity);
        return;
      }
    }
  }

  async #copyRun(start: number, end: number): Promise<void> {
    const offset = start * this.#dirty.granularity;
    const length = this.#copy.bytes(start, end);
    const extent = await mapChain(this.#source, offset, length);
    await (extent.kind !== 'data' && extent.length >= length ? this.#copy.zeroes(start, end) : this.#copy.data(start, end));
  }

  #launch(start: number, end: number): Flight {
    let land!: () => void;
    const landed = new Promise<void>((resolve) => (land = resolve));
    const flight = { start, end, landed, land };
    this.#flights.add(flight);
    return flight;
  }

  #before(flight: Flight): Flight | undefined {
    const other = this.#find(flight.start, flight.end);
    return other === flight ? undefined : other;
  }

  /** The oldest copy under way that touches the clusters. */
  #find(start: number, end: number): Flight | undefined {
    for (const flight of this.#flights) if (flight.start < end && flight.end > start) return flight;
    return undefined;
  }
}
