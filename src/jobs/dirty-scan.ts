import type { DirtyBitmap } from '../block/dirty-bitmap.ts';
import type { HostRange } from '../block/driver.ts';
import type { BlockNode } from '../block/node.ts';
import { Breather } from '../util/breather.ts';
import { mapChain } from '../block/chain-map.ts';
import type { ChainExtent } from '../block/chain-map.ts';
import { hostRangeOf } from './host-range.ts';
import { LastRun } from './last-run.ts';
import { PIECE } from './piece-buffers.ts';
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
  #extents: LastRun<ChainExtent> | undefined;
  #marks = 0;
  readonly #breather = new Breather();
  readonly #source: BlockNode;
  readonly #dirty: DirtyBitmap;

  constructor(source: BlockNode, dirty: DirtyBitmap) {
    this.#source = source;
    this.#dirty = dirty;
  }

  /** The next piece; data at most `limit` bytes, but at least a cluster. Undefined at the end of the pass. */
  async next(limit: number): Promise<DirtyPiece | undefined> {
    await this.#breather.breathe();
    const { bits, granularity } = this.#dirty;
    const start = bits.next(this.#cursor);
    if (start < 0) return undefined;
    const end = bits.runEnd(start, Math.min(bits.size, start + WINDOW / granularity));
    this.#dirty.remove(start * granularity, (end - start) * granularity);
    try {
      const piece = this.#cut(start, end, { limit, extent: await atSide('read', this.#map(start, end)) });
      this.#cursor = piece.end;
      return piece;
    } finally {
      const done = Math.max(start, this.#cursor);
      this.#dirty.add(done * granularity, (end - done) * granularity);
    }
  }

  /** Only what the source holds itself is remembered: other jobs may take the images below away. */
  async #map(start: number, end: number): Promise<ChainExtent> {
    const { granularity, marks } = this.#dirty;
    const source = this.#source;
    if (this.#marks !== marks) this.#extents = undefined;
    this.#marks = marks;
    const extents = (this.#extents ??= new LastRun((offset, length) => mapChain(source, offset, length)));
    const extent = await extents.at(start * granularity, Math.min(end * granularity, source.io.length) - start * granularity);
    if (extent.node !== source) this.#extents = undefined;
    return extent;
  }

  /** A cluster in which an extent ends is of several kinds: it is copied as data. */
  #cut(start: number, end: number, { limit, extent }: { limit: number; extent: ChainExtent }): DirtyPiece {
    const { granularity } = this.#dirty;
    const extentEnd = extent.offset + extent.length;
    const whole = extentEnd >= this.#source.io.length ? end : Math.floor(extentEnd / granularity);
    if (whole <= start) return { kind: 'data', start, end: start + 1 };
    if (extent.kind !== 'data') return { kind: 'zero', start, end: whole };
    const most = Math.max(1, Math.floor(Math.min(PIECE, limit) / granularity));
    return { kind: 'data', start, end: Math.min(whole, start + most), from: hostRangeOf(extent) };
  }
}
