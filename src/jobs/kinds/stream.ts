import type { BlockIo } from '../../block/driver.ts';
import { isZero } from '../../block/is-zero.ts';
import { PERMISSIONS } from '../../block/permissions.ts';
import type { BlockNode } from '../../block/node.ts';
import { rewriteBackingFile } from '../../block/rewrite-backing-file.ts';
import type { BlockJob } from '../block-job.ts';
import { backingOf } from '../../block/chain-map.ts';
import type { OnError } from '../error-policy.ts';
import type { JobKind, JobRequest } from '../job-kind.ts';
import type { JobTable } from '../job-table.ts';
import type { JobWork } from '../job-work.ts';
import { NodeHolds } from '../node-holds.ts';
import { Offload } from '../offload.ts';
import { PieceBuffers } from '../piece-buffers.ts';
import { atSide, SideError } from '../side-error.ts';
import { copyChain } from '../chain-copy.ts';
import { ChainScan } from '../chain-scan.ts';
import type { ChainPiece } from '../chain-scan.ts';

/** Copies what lies in the backing chain of `node` above `base` into `node`. */
export interface StreamRequest extends JobRequest {
  readonly node: BlockNode;
  /** A node of the backing chain that stays; absent: nothing stays. */
  readonly base?: BlockNode;
  /** What to write into the image as its backing file's name; absent: the base's own name. */
  readonly backingFile?: string;
  readonly onError?: OnError;
}

/** Bytes: the unit of copying where the image has no clusters. */
const CLUSTER = 65536;

/** Starts streaming; when it completes, `base` is the node's backing image. @throws QapiError */
export async function startStream(jobs: JobTable, request: StreamRequest): Promise<BlockJob> {
  const chain = streamedChain(request);
  for (const node of chain) node.checkNotBlocked('stream');
  const job = jobs.create({ ...request, type: 'stream' });
  const holds = new NodeHolds(job, request.graph);
  try {
    await holds.makeWritable(request.node);
    holds.hold(request.node, { role: 'main node', needs: ['consistent read', 'write unchanged'], shares: PERMISSIONS });
    for (const node of chain) holds.freeze(node);
    for (const node of chain.slice(1)) holds.hold(node, { role: 'intermediate node', needs: ['consistent read'], shares: PERMISSIONS });
    job.start(new Stream(job, request, holds));
    return job;
  } catch (error) {
    await holds.release();
    job.discard();
    throw error;
  }
}

/** The node and what lies below it, down to, but not including, the base. */
function streamedChain({ node, base }: StreamRequest): BlockNode[] {
  const chain: BlockNode[] = [];
  for (let next: BlockNode | undefined = node; next !== undefined && next !== base; next = backingOf(next)) chain.push(next);
  return chain;
}

class Stream implements JobWork {
  readonly #job: BlockJob;
  readonly #request: StreamRequest;
  readonly #holds: NodeHolds;
  readonly #buffers = new PieceBuffers();
  readonly #offload: Offload;
  /** The first error that the user's policy ignored: the job goes on, and fails at its end. */
  #ignored: Error | undefined;

  constructor(job: BlockJob, request: StreamRequest, holds: NodeHolds) {
    this.#job = job;
    this.#request = request;
    this.#holds = holds;
    this.#offload = new Offload(request.node.io.clusterSize);
  }

  async run(): Promise<void> {
    const { node, base } = this.#request;
    const below = backingOf(node);
    if (below === undefined || below === base) return;
    this.#job.len = node.io.length;
    const scan = new ChainScan({
      chain: below, base, except: node, length: node.io.length, clusterSize: node.image.facts().clusterSize ?? CLUSTER,
      passed: (bytes) => (this.#job.offset += bytes),
    });
    const { onError } = this.#request;
    await copyChain(this.#job, scan, { move: (piece) => this.#move(piece, scan), policies: { read: onError, write: onError } });
    await node.io.flush();
    if (this.#ignored !== undefined) throw this.#ignored;
  }

  /** Changes the image's metadata, then the graph; nodes that nobody holds any more are closed. */
  async prepare(): Promise<void> {
    const { node, base, backingFile } = this.#request;
    if (node.backing === undefined) return;
    await node.drained(() => rewriteBackingFile(node, base && { filename: backingFile ?? base.filename, format: base.driver.name }));
    await node.setBacking(base);
  }

  clean(): Promise<void> {
    return this.#holds.release();
  }

  async #move(piece: ChainPiece, scan: ChainScan): Promise<void> {
    try {
      await this.#request.node.io.exclusively(piece.offset, piece.length, (image) => this.#fill(piece, image));
    } catch (error) {
      if (!this.#isIgnorable(error)) {
        scan.repeat(piece);
        throw error;
      }
    }
    this.#job.offset += piece.length;
  }

  /** Ignored errors are reported like the others, but the piece is left behind and the others are not stopped. */
  #isIgnorable(error: unknown): boolean {
    if (!(error instanceof SideError) || this.#request.onError !== 'ignore') return false;
    this.#job.handleError(error.cause, error.side, 'ignore');
    this.#ignored ??= error.cause as Error;
    return true;
  }

  /** The guest may have written since the scan: what it wrote stays. */
  async #fill(piece: ChainPiece, image: BlockIo): Promise<void> {
    const end = piece.offset + piece.length;
    for (let offset = piece.offset; offset < end;) {
      const own = await atSide('read', image.map(offset, end - offset));
      const length = Math.min(own.length, end - offset);
      if (own.kind === 'unallocated') await this.#fillRun(piece, { offset, length, image });
      offset += length;
    }
  }

  async #fillRun({ kind, from, offset: start }: ChainPiece, { offset, length, image }: { offset: number; length: number; image: BlockIo }): Promise<void> {
    if (kind === 'zero') return atSide('write', image.writeZeroes(offset, length));
    const source = { read: (at: number, into: Buffer): Promise<void> => this.#readBelow(at, into) };
    const place = from && { ...from, offset: from.offset + offset - start };
    const piece = { from: place, isWanted: () => !this.#job.isCancelled, source, target: image, offset, length };
    await this.#offload.copy(piece, (at, count) => this.#carry(image, at, count));
  }

  #carry(image: BlockIo, offset: number, length: number): Promise<void> {
    return this.#buffers.lend(length, async (buffer) => {
      await atSide('read', this.#readBelow(offset, buffer));
      if (!isZero(buffer)) await atSide('write', image.write(offset, buffer));
      else if (this.#request.base !== undefined) await atSide('write', image.writeZeroes(offset, length));
    });
  }

  /** What the guest sees there: zeroes beyond the end of a shorter backing image. */
  async #readBelow(offset: number, into: Buffer): Promise<void> {
    const below = backingOf(this.#request.node);
    const stored = Math.max(0, Math.min(into.length, (below?.io.length ?? 0) - offset));
    if (stored < into.length) into.fill(0, stored);
    if (stored > 0) await below?.io.read(offset, into.subarray(0, stored));
  }
}

export default { type: 'stream', start: startStream } satisfies JobKind<StreamRequest>;
