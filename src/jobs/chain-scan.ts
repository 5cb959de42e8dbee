import type { Extent, HostRange } from '../block/driver.ts';
import type { BlockNode } from '../block/node.ts';
import { Breather } from '../util/breather.ts';
import { mapChain } from '../block/chain-map.ts';
import type { ChainExtent } from '../block/chain-map.ts';
import { hostRangeOf } from './host-range.ts';
import { LastRun } from './last-run.ts';
import { pieceSize } from './piece-size.ts';

/** A run of bytes to be copied, or to be zeroed where the copies go. */
export interface ChainPiece {
  readonly kind: 'data' | 'zero';
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** Where data lies plainly in a host file, if all of it does. */
  readonly from?: HostRange | undefined;
}

/** Which part of a chain is looked through, and for whom. */
export interface ChainScanRequest {
  /** The topmost node to look into. */
  readonly chain: BlockNode | undefined;
  /** The first node below it not to look into. */
  readonly base: BlockNode | undefined;
  /** What this node holds itself is passed over. */
  readonly except?: BlockNode;
  /** Bytes. */
  readonly length: number;
  /** Pieces are whole clusters of this many bytes. */
  readonly clusterSize: number;
  /** Hears of bytes that need no copying. */
  readonly passed: (bytes: number) => void;
}

/** How far to look ahead, and the most bytes to zero at a time. */
const WINDOW = 1 << 30;

/** Finds what the nodes of a chain above a base hold. */
export class ChainScan {
  #cursor = 0;
  #again: ChainPiece[] = [];
  readonly #breather = new Breather();
  /** The guest may fill what is said to be unallocated here: who copies looks once more. */
  readonly #own: LastRun<Extent> | undefined;
  readonly #below: LastRun<ChainExtent> | undefined;
  readonly #request: ChainScanRequest;

  constructor(request: ChainScanRequest) {
    this.#request = request;
    const { chain, base, except } = request;
    this.#own = except && new LastRun((offset, length) => except.io.map(offset, length));
    this.#below = chain && new LastRun((offset, length) => mapChain(chain, offset, length, base));
  }

  /** The next piece; data at most `limit` bytes, but at least a cluster. */
  async next(limit: number): Promise<ChainPiece | undefined> {
    const again = this.#again.pop();
    if (again !== undefined) return again;
    const { clusterSize } = this.#request;
    const most = (from?: HostRange): number => atLeastCluster(pieceSize(limit, from), clusterSize);
    while (this.#cursor < this.#request.length) {
      await this.#breather.breathe();
      const { kind, length, from } = await this.#runAt(this.#cursor, most);
      const offset = this.#cursor;
      this.#cursor += length;
      if (kind === 'zero') return { kind, offset, length };
      if (kind === 'data') return this.#grown({ kind, offset, length, from }, most() - length);
      this.#request.passed(length);
    }
    return undefined;
  }

  /** The piece with the data that follows it. */
  async #grown(piece: ChainPiece, most: number): Promise<ChainPiece> {
    const more = await this.#moreData(most);
    return more === 0 ? piece : { ...piece, length: piece.length + more, from: undefined };
  }

  /** Bytes of data that follow, at most `most`: the size of a request decides its speed. */
  async #moreData(most: number): Promise<number> {
    const from = this.#cursor;
    while (this.#cursor - from < most && this.#cursor < this.#request.length) {
      const { kind, length } = await this.#runAt(this.#cursor, () => most - (this.#cursor - from));
      if (kind !== 'data') break;
      this.#cursor += length;
    }
    return this.#cursor - from;
  }

  /** A piece that failed comes once more. */
  repeat(piece: ChainPiece): void {
    this.#again.push(piece);
  }

  /** Whole clusters of one kind, at most `most` bytes of data, by where it lies; a cluster of several kinds is data. */
  async #runAt(offset: number, most: (from?: HostRange) => number): Promise<{ kind: ChainPiece['kind'] | 'skip'; length: number; from?: HostRange | undefined }> {
    const { base, clusterSize, length: end } = this.#request;
    const rest = end - offset;
    const own = await this.#own?.at(offset, Math.min(WINDOW, rest));
    if (this.#below === undefined || (own !== undefined && own.kind !== 'unallocated')) return { kind: 'skip', length: own?.length ?? rest };
    const extent = await this.#below.at(offset, own?.length ?? Math.min(WINDOW, rest));
    const length = extent.length === rest ? rest : extent.length - (extent.length % clusterSize);
    if (length === 0) return { kind: 'data', length: Math.min(clusterSize, rest) };
    if (extent.kind === 'data') {
      const from = hostRangeOf(extent);
      return { kind: 'data', length: Math.min(length, most(from)), from };
    }
    const isLeft = extent.kind === 'unallocated' || base === undefined;
    return { kind: isLeft ? 'skip' : 'zero', length };
  }
}

const atLeastCluster = (bytes: number, clusterSize: number): number => Math.max(clusterSize, bytes - (bytes % clusterSize));
