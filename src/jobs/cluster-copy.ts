import { isZero } from '../block/is-zero.ts';
import type { BlockNode } from '../block/node.ts';
import { Offload } from './offload.ts';
import type { PieceOrigin } from './offload.ts';
import { PieceBuffers } from './piece-buffers.ts';
import { atSide } from './side-error.ts';

/** From where to where, and how. */
export interface ClusterCopyRequest {
  readonly source: BlockNode;
  readonly target: BlockNode;
  /** Bytes. */
  readonly clusterSize: number;
  readonly compress: boolean;
  /** Where nothing was written, the target reads as zero. */
  readonly targetIsZero: boolean;
  /** Zeroes may be given back on the target instead of being written; absent: they may. */
  readonly unmap?: boolean | undefined;
}

/** Moves runs of clusters from one node to another, by the shortest way there is. Errors are SideErrors. */
export class ClusterCopy {
  readonly #request: ClusterCopyRequest;
  readonly #buffers = new PieceBuffers();
  readonly #offload: Offload;

  constructor(request: ClusterCopyRequest) {
    this.#request = request;
    this.#offload = new Offload(request.target.io.clusterSize);
  }

  /** Bytes of the clusters `start` to `end` (exclusive); the last one may be cut off by the end of the source. */
  bytes(start: number, end: number): number {
    return Math.min(end * this.#request.clusterSize, this.#request.source.io.length) - start * this.#request.clusterSize;
  }

  /** Copies clusters. @throws JobCancelled when nobody wants them any more */
  async data(start: number, end: number, { from, isWanted }: PieceOrigin = {}): Promise<void> {
    const { source, target, clusterSize, compress } = this.#request;
    const offset = start * clusterSize;
    const piece = { from: compress ? undefined : from, isWanted, source: source.io, target: target.io, offset, length: this.bytes(start, end) };
    await this.#offload.copy(piece, (at, length) => this.#carry(at, length));
  }

  /** Makes clusters of the target read as zero. */
  async zeroes(start: number, end: number): Promise<void> {
    const { target, targetIsZero, clusterSize, unmap = true } = this.#request;
    if (targetIsZero) return;
    await atSide('write', target.io.writeZeroes(start * clusterSize, this.bytes(start, end), { mayUnmap: unmap }));
  }

  /** Puts everything on stable storage. */
  flush(): Promise<void> {
    return this.#request.target.io.flush();
  }

  #carry(offset: number, length: number): Promise<void> {
    return this.#buffers.lend(length, async (buffer) => {
      await atSide('read', this.#request.source.io.read(offset, buffer));
      await atSide('write', this.#write(offset, buffer));
    });
  }

  /** Runs of zero clusters are left out where the target reads as zero anyway. */
  async #write(offset: number, bytes: Buffer): Promise<void> {
    const { target, clusterSize, compress, targetIsZero } = this.#request;
    const options = compress ? { compressed: true } : undefined;
    if (!targetIsZero) return target.io.write(offset, bytes, options);
    for (const [start, end] of dataRuns(bytes, clusterSize)) {
      await target.io.write(offset + start, start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), options);
    }
  }
}

/** The runs of clusters that are not all zero. */
function dataRuns(bytes: Buffer, clusterSize: number): [number, number][] {
  const runs: [number, number][] = [];
  for (let start = 0; start < bytes.length; start += clusterSize) {
    const end = Math.min(start + clusterSize, bytes.length);
    if (isZero(bytes.subarray(start, end))) continue;
    const last = runs.at(-1);
    if (last?.[1] === start) last[1] = end;
    else runs.push([start, end]);
  }
  return runs;
}
