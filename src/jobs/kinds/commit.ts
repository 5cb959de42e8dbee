import { PERMISSIONS } from '../../block/permissions.ts';
import type { BlockNode } from '../../block/node.ts';
import { rewriteBackingFile, whileWritable } from '../../block/rewrite-backing-file.ts';
import type { BlockJob } from '../block-job.ts';
import { backingOf } from '../../block/chain-map.ts';
import { copyChain } from '../chain-copy.ts';
import { ChainScan } from '../chain-scan.ts';
import type { ChainPiece } from '../chain-scan.ts';
import { ClusterCopy } from '../cluster-copy.ts';
import type { OnError } from '../error-policy.ts';
import type { JobKind, JobRequest } from '../job-kind.ts';
import type { JobTable } from '../job-table.ts';
import type { JobWork } from '../job-work.ts';
import { NodeHolds } from '../node-holds.ts';

/** Copies what the images of a chain from `top` down to `base` hold into `base`, which then takes their place. */
export interface CommitRequest extends JobRequest {
  /** The root of the chain; the guest may write to it. */
  readonly active: BlockNode;
  /** An image below `active`. */
  readonly top: BlockNode;
  /** An image below `top`. */
  readonly base: BlockNode;
  /** What to write into the image above `top` as its backing file's name; absent: the base's own name. */
  readonly backingFile?: string | undefined;
  readonly onError?: OnError | undefined;
}

/** As whom QEMU's messages name the job's hold on the base. */
const TARGET = { user: 'an unnamed block device', role: 'root' };
/** Bytes: the unit of copying where the base has no clusters. */
const CLUSTER = 65536;

/** Starts a commit of images that the guest does not write to. @throws QapiError */
export async function startCommit(jobs: JobTable, request: CommitRequest): Promise<BlockJob> {
  const job = jobs.create({ ...request, type: 'commit' });
  const holds = new NodeHolds(job, request.graph);
  try {
    await holdChain(request, holds);
    job.start(new Commit(job, request, holds));
    return job;
  } catch (error) {
    await holds.release();
    job.discard();
    throw error;
  }
}

/** The base is written, and shows neither its old nor yet its new content: only nodes whose users see what lies above may use it. */
async function holdChain({ active, top, base }: CommitRequest, holds: NodeHolds): Promise<void> {
  holds.hold(active, { role: 'main node', needs: [], shares: PERMISSIONS });
  for (const node of committedNodes(top, base)) {
    holds.hold(node, { role: 'intermediate node', needs: ['consistent read'], shares: PERMISSIONS });
    holds.freeze(node);
  }
  holds.shelter(top);
  await holds.makeWritable(base);
  holds.hold(base, { ...TARGET, needs: ['consistent read', 'write', 'resize'], shares: ['consistent read', 'write unchanged'] });
}

/** The images whose data goes down. */
function committedNodes(top: BlockNode, base: BlockNode): BlockNode[] {
  const nodes: BlockNode[] = [];
  for (let node: BlockNode | undefined = top; node !== undefined && node !== base; node = backingOf(node)) nodes.push(node);
  return nodes;
}

class Commit implements JobWork {
  readonly #job: BlockJob;
  readonly #request: CommitRequest;
  readonly #holds: NodeHolds;
  readonly #copy: ClusterCopy;
  readonly #clusterSize: number;

  constructor(job: BlockJob, request: CommitRequest, holds: NodeHolds) {
    this.#job = job;
    this.#request = request;
    this.#holds = holds;
    this.#clusterSize = Math.max(CLUSTER, request.base.io.clusterSize ?? 0);
    this.#copy = new ClusterCopy({
      source: request.top, target: request.base, clusterSize: this.#clusterSize, compress: false, targetIsZero: false,
    });
  }

  async run(): Promise<void> {
    const { top, base, onError } = this.#request;
    this.#job.len = top.io.length;
    if (base.io.length < top.io.length) await base.io.truncate(top.io.length);
    const scan = new ChainScan({
      chain: top, base, length: top.io.length, clusterSize: this.#clusterSize, passed: (bytes) => (this.#job.offset += bytes),
    });
    await copyChain(this.#job, scan, { move: (piece) => this.#move(piece, scan), policies: { read: onError, write: onError } });
    await this.#hideBeyondEnd();
    await this.#copy.flush();
  }

  /** Behind the end of an image, longer ones above it show zeroes; what the base has there would come to light. QEMU lets it. */
  async #hideBeyondEnd(): Promise<void> {
    const { top, base } = this.#request;
    const seen = Math.max(...overlaysOf(top).map((overlay) => overlay.io.length));
    const end = Math.min(seen, base.io.length);
    if (end > top.io.length) await base.io.writeZeroes(top.io.length, end - top.io.length, { mayUnmap: true });
  }

  /** Puts the base under the images that lay over `top`: first in their metadata, then in the graph. */
  async prepare(): Promise<void> {
    const { top, base, backingFile } = this.#request;
    for (const overlay of overlaysOf(top)) {
      await whileWritable(overlay, () => overlay.drained(() => rewriteBackingFile(overlay, {
        filename: backingFile ?? base.filename, format: base.driver.name,
      })));
      await overlay.setBacking(base);
    }
  }

  clean(): Promise<void> {
    return this.#holds.release();
  }

  async #move(piece: ChainPiece, scan: ChainScan): Promise<void> {
    const start = piece.offset / this.#clusterSize;
    const end = Math.ceil((piece.offset + piece.length) / this.#clusterSize);
    try {
      await (piece.kind === 'zero' ? this.#copy.zeroes(start, end) : this.#copy.data(start, end, { from: piece.from, isWanted: () => !this.#job.isCancelled }));
    } catch (error) {
      scan.repeat(piece);
      throw error;
    }
    this.#job.offset += piece.length;
  }
}

/** The nodes whose backing image `node` is. */
function overlaysOf(node: BlockNode): BlockNode[] {
  return [...node.parents].filter((parent): parent is BlockNode => 'backing' in parent && parent.backing === node);
}

export default { type: 'commit', start: startCommit } satisfies JobKind<CommitRequest>;
