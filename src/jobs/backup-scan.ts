import type { HostRange } from '../block/driver.ts';
import type { BlockNode } from '../block/node.ts';
import { Breather } from '../util/breather.ts';
import { mapChain } from '../block/chain-map.ts';
import type { ChainExtent } from '../block/chain-map.ts';
import type { BitSet } from '../util/bit-set.ts';
import { hostRangeOf } from './host-range.ts';
import { LastRun } from './last-run.ts';
import { pieceSize } from './piece-size.ts';

/** A run of pending clusters to copy, to zero or to leave to the target's backing file. */
export interface BackupPiece {
  readonly kind: 'data' | 'zero' | 'skip';
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly from?: HostRange;
}

/** How far to look ahead, and the most bytes to zero or skip at a time. */
const WINDOW = 1 << 30;

/**
 * Finds what is still to be copied. A map of pending clusters stays true as long as they are pending,
 * since the guest cannot change them before they are copied.
 */
export class BackupScan {
  #cursor = 0;
  readonly #extents: LastRun<ChainExtent>;
  readonly #breather = new Breather();
  readonly #request: { source: BlockNode; pending: BitSet; clusterSize: number; onlyTop: boolean };

  constructor(request: { source: BlockNode; pending: BitSet; clusterSize: number; onlyTop: boolean }) {
    this.#request = request;
    const { source, onlyTop } = request;
    this.#extents = new LastRun(async (offset, length) =>
      (onlyTop ? { ...await source.io.map(offset, length), node: source } : mapChain(source, offset, length)));
  }

  /** The next piece; data at most `limit` bytes, but at least a cluster. */
  async next(limit: number): Promise<BackupPiece | undefined> {
    for (;;) {
      await this.#breather.breathe();
      const start = this.#request.pending.next(this.#cursor);
      if (start < 0) return undefined;
      const piece = this.#stillPending(await this.#find(start, limit));
      if (piece === undefined) continue;
      this.#cursor = piece.end;
      return piece;
    }
  }

  /** The piece at `start`; neighbouring runs of data become one, as the size of a request decides its speed. */
  async #find(start: number, limit: number): Promise<BackupPiece> {
    const { clusterSize, pending } = this.#request;
    const clusters = (from?: HostRange): number => Math.max(1, Math.floor(pieceSize(limit, from) / clusterSize));
    const extent = await this.#extentAt(start * clusterSize);
    let piece = this.#pieceAt(start, extent, clusters(hostRangeOf(extent)));
    const most = clusters();
    while (piece.kind === 'data' && piece.end - start < most && pending.has(piece.end)) {
      const next = this.#pieceAt(piece.end, await this.#extentAt(piece.end * clusterSize), most - (piece.end - start));
      if (next.kind !== 'data' || next.end === next.start) break;
      piece = { kind: 'data', start, end: next.end };
    }
    return piece;
  }

  /** What guest writes have left of the piece while it was looked for. */
  #stillPending(piece: BackupPiece): BackupPiece | undefined {
    const end = this.#request.pending.runEnd(piece.start, piece.end);
    return end === piece.start ? undefined : { ...piece, end };
  }

  #extentAt(offset: number): Promise<ChainExtent> {
    return this.#extents.at(offset, Math.min(WINDOW, this.#request.source.io.length - offset));
  }

  /** At most `most` clusters of data. A cluster in which an extent ends is of several kinds: it is copied as data. */
  #pieceAt(start: number, extent: ChainExtent, most: number): BackupPiece {
    const { source, pending, clusterSize, onlyTop } = this.#request;
    const extentEnd = extent.offset + extent.length;
    const last = extentEnd >= source.io.length ? pending.size : Math.floor(extentEnd / clusterSize);
    if (last <= start) return { kind: 'data', start, end: start + 1 };
    const kind = extent.kind === 'data' ? 'data' : extent.kind === 'unallocated' && onlyTop ? 'skip' : 'zero';
    const end = pending.runEnd(start, Math.min(last, start + (kind === 'data' ? most : WINDOW / clusterSize)));
    return { kind, start, end, from: hostRangeOf(extent) };
  }
}
