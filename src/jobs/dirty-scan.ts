import type { DirtyBitmap } from '../block/dirty-bitmap.ts';
import type { HostRange } from '../block/driver.ts';
import type { BlockNode } from '../block/node.ts';
import { Breather } from '../util/breather.ts';
import { mapChain } from '../block/chain-map.ts';
import type { ChainExtent } from '../block/chain-map.ts';
import { hostRangeOf } from './host-range.ts';
import { LastRun } from './last-run.ts';
import { pieceSize } from './piece-size.ts';
import { atSide } from './side-error.ts';

/** A run of clusters, of the bitmap's granularity, to copy or to zero. */
export interface DirtyPiece {
  readonly kind: 'data' | 'zero';
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly from?: HostRange | undefined;
}

/** How far to look ahead, and the most bytes to zero at a time. */
const WINDOW = 1 << 30;

/**
 * One pass over the dirty clusters of a disk, from its beginning to its end. A cluster is clean from before it is
 * looked at: what is written later makes it dirty anew, for the next pass.
 */
export class DirtyScan {
  #cursor = 0;
  /** Good until the next write: finding a run's end may be slow, so it is not done for each piece of the run. */
  readonly #extents: LastRun<ChainExtent>;
  #marks = 0;
  readonly #breather = new Breather();
  readonly #source: BlockNode;
  readonly #dirty: DirtyBitmap;

  constructor(source: BlockNode, dirty: DirtyBitmap) {
    this.#source = source;
    this.#dirty = dirty;
    this.#extents = new LastRun((offset, length) => mapChain(source, offset, length));
  }

  /** The next piece; data at most `limit` bytes, but at least a cluster. Undefined at the end of the pass. */
  async next(limit: number): Promise<DirtyPiece | undefined> {
    await this.#breather.breathe();
    const { bits, granularity } = this.#dirty;
    const start = bits.next(this.#cursor);
    if (start < 0) return undefined;
    const end = bits.runEnd(start, Math.min(bits.size, start + WINDOW / granularity));
    const known = this.#known(start, end);
    const piece = known === undefined ? await this.#find(start, end, limit) : this.#cut(start, end, { limit, extent: known });
    if (known !== undefined) this.#dirty.remove(start * granularity, (piece.end - start) * granularity);
    this.#cursor = piece.end;
    return piece;
  }

  /** What was found the last time, if nothing was written since. */
  #known(start: number, end: number): ChainExtent | undefined {
    const { marks } = this.#dirty;
    if (this.#marks !== marks) this.#extents.forget();
    this.#marks = marks;
    return this.#extents.known(start * this.#dirty.granularity, this.#bytes(start, end));
  }

  /** Looks at clusters while they are clean; those that do not belong to the piece are then dirty again. */
  async #find(start: number, end: number, limit: number): Promise<DirtyPiece> {
    const { granularity } = this.#dirty;
    this.#dirty.remove(start * granularity, (end - start) * granularity);
    let done = start;
    try {
      const piece = this.#cut(start, end, { limit, extent: await atSide('read', this.#map(start, end)) });
      done = piece.end;
      return piece;
    } finally {
      this.#dirty.add(done * granularity, (end - done) * granularity);
    }
  }

  /** Only what the source holds itself is remembered: other jobs may take the images below away. */
  async #map(start: number, end: number): Promise<ChainExtent> {
    const extent = await this.#extents.at(start * this.#dirty.granularity, this.#bytes(start, end));
    if (extent.node !== this.#source) this.#extents.forget();
    return extent;
  }

  #bytes(start: number, end: number): number {
    const { granularity } = this.#dirty;
    return Math.min(end * granularity, this.#source.io.length) - start * granularity;
  }

  /** A cluster in which an extent ends is of several kinds: it is copied as data. */
  #cut(start: number, end: number, { limit, extent }: { limit: number; extent: ChainExtent }): DirtyPiece {
    const { granularity } = this.#dirty;
    const extentEnd = extent.offset + extent.length;
    const whole = extentEnd >= this.#source.io.length ? end : Math.floor(extentEnd / granularity);
    if (whole <= start) return { kind: 'data', start, end: start + 1 };
    if (extent.kind !== 'data') return { kind: 'zero', start, end: whole };
    const from = hostRangeOf(extent);
    const most = Math.max(1, Math.floor(pieceSize(limit, from) / granularity));
    return { kind: 'data', start, end: Math.min(whole, start + most), from };
  }
}
