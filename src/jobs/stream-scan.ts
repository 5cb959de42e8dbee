import type { Extent } from '../block/driver.ts';
import type { BlockNode } from '../block/node.ts';
import { Breather } from './breather.ts';
import { backingOf, mapChain } from './chain-map.ts';
import type { ChainExtent } from './chain-map.ts';
import { LastRun } from './last-run.ts';
import { PIECE } from './piece-buffers.ts';

/** A run of bytes that the top image lacks: to be copied into it, or to be zeroed in it. */
export interface StreamPiece {
  readonly kind: 'data' | 'zero';
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

/** How far to look ahead, and the most bytes to zero at a time. */
const WINDOW = 1 << 30;

/** Finds what the top image does not hold itself but a node above the base does. */
export class StreamScan {
  #cursor = 0;
  #again: StreamPiece[] = [];
  readonly #breather = new Breather();
  /** The guest may fill what is said to be unallocated here: who copies looks once more. */
  readonly #own: LastRun<Extent>;
  readonly #below: LastRun<ChainExtent> | undefined;
  readonly #request: { top: BlockNode; base: BlockNode | undefined; clusterSize: number; passed: (bytes: number) => void };

  /** `passed` hears of bytes that need no copying. */
  constructor(request: { top: BlockNode; base: BlockNode | undefined; clusterSize: number; passed: (bytes: number) => void }) {
    this.#request = request;
    const { top, base } = request;
    const below = backingOf(top);
    this.#own = new LastRun((offset, length) => top.io.map(offset, length));
    this.#below = below && new LastRun((offset, length) => mapChain(below, offset, length, base));
  }

  /** The next piece; data at most `limit` bytes, but at least a cluster of the top image. */
  async next(limit: number): Promise<StreamPiece | undefined> {
    const again = this.#again.pop();
    if (again !== undefined) return again;
    const most = atLeastCluster(Math.min(PIECE, limit), this.#request.clusterSize);
    while (this.#cursor < this.#request.top.io.length) {
      await this.#breather.breathe();
      const { kind, length } = await this.#runAt(this.#cursor, most);
      const offset = this.#cursor;
      this.#cursor += length;
      if (kind === 'zero') return { kind, offset, length };
      if (kind === 'data') return { kind, offset, length: length + await this.#moreData(most - length) };
      this.#request.passed(length);
    }
    return undefined;
  }

  /** Bytes of data that follow, at most `most`: the size of a request decides its speed. */
  async #moreData(most: number): Promise<number> {
    const from = this.#cursor;
    while (this.#cursor - from < most && this.#cursor < this.#request.top.io.length) {
      const { kind, length } = await this.#runAt(this.#cursor, most - (this.#cursor - from));
      if (kind !== 'data') break;
      this.#cursor += length;
    }
    return this.#cursor - from;
  }

  /** A piece that failed comes once more. */
  repeat(piece: StreamPiece): void {
    this.#again.push(piece);
  }

  /** Whole clusters of the top image of one kind, at most `most` bytes of data; a cluster of several kinds is data. */
  async #runAt(offset: number, most: number): Promise<{ kind: StreamPiece['kind'] | 'skip'; length: number }> {
    const { top, base, clusterSize } = this.#request;
    const rest = top.io.length - offset;
    const own = await this.#own.at(offset, Math.min(WINDOW, rest));
    if (own.kind !== 'unallocated' || this.#below === undefined) return { kind: 'skip', length: own.length };
    const extent = await this.#below.at(offset, own.length);
    const length = extent.length === rest ? rest : extent.length - (extent.length % clusterSize);
    if (length === 0) return { kind: 'data', length: Math.min(clusterSize, rest) };
    if (extent.kind === 'data') return { kind: 'data', length: Math.min(length, most) };
    const isLeft = extent.kind === 'unallocated' || base === undefined;
    return { kind: isLeft ? 'skip' : 'zero', length };
  }
}

const atLeastCluster = (bytes: number, clusterSize: number): number => Math.max(clusterSize, bytes - (bytes % clusterSize));
