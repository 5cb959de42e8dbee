import { canReplace } from '../../block/can-replace.ts';
import { closeToWriters } from '../../block/close-to-writers.ts';
import { DirtyBitmap } from '../../block/dirty-bitmap.ts';
import { IoError } from '../../block/io-error.ts';
import { passiveClaim, PERMISSIONS } from '../../block/permissions.ts';
import { replaceNode } from '../../block/replace-node.ts';
import type { BlockNode } from '../../block/node.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { Breather } from '../../util/breather.ts';
import type { BlockJob } from '../block-job.ts';
import { bulkCopy } from '../bulk-copy.ts';
import { backingOf, isBlank, mapChain } from '../../block/chain-map.ts';
import { ClusterCopy } from '../cluster-copy.ts';
import { DirtyScan } from '../dirty-scan.ts';
import type { DirtyPiece } from '../dirty-scan.ts';
import type { OnError } from '../error-policy.ts';
import { forgive } from '../forgive.ts';
import type { JobKind, JobRequest } from '../job-kind.ts';
import type { JobTable } from '../job-table.ts';
import type { JobWork } from '../job-work.ts';
import { NodeHolds } from '../node-holds.ts';
import { PieceBuffers } from '../piece-buffers.ts';
import { PIECE } from '../piece-size.ts';
import { atSide } from '../side-error.ts';
import { WriteThrough } from '../write-through.ts';
import type { Flight } from '../write-through.ts';

/** Copies `source` into `target` and keeps the two alike, until the user has the guest go on with the target. */
export interface MirrorRequest extends JobRequest {
  readonly source: BlockNode;
  /** An open, writable node of the source's length. */
  readonly target: BlockNode;
  /** What is copied at first: all, what lies above the source's backing image, or nothing. */
  readonly sync: 'full' | 'top' | 'none';
  /** Bytes that are noted as written together, a power of two; absent: chosen. */
  readonly granularity?: number | undefined;
  /** Bytes on their way at a time; absent: chosen. */
  readonly bufferSize?: number | undefined;
  /** `write-blocking`: a guest's write ends only when the target has it too. */
  readonly copyMode?: 'background' | 'write-blocking' | undefined;
  /** Zeroes may be given back on the target instead of being written. */
  readonly unmap?: boolean | undefined;
  /** Finds the node whose users go on with the target, when the job is to complete; absent: the source. @throws QapiError */
  readonly replaces?: (() => BlockNode) | undefined;
  /** The backing image that the target gets when the guest goes on with it, with a reference of its own. */
  readonly backingAtEnd?: (() => Promise<BlockNode | undefined>) | undefined;
  readonly onSourceError?: OnError | undefined;
  readonly onTargetError?: OnError | undefined;
  /** The job takes over the caller's reference to the target once it runs (drive-mirror). */
  readonly releaseTarget?: boolean;
}

/** What the active image and those below it hold goes down into `base`, with which the guest then goes on. */
export interface ActiveCommitRequest extends JobRequest {
  readonly active: BlockNode;
  readonly base: BlockNode;
  readonly onError?: OnError | undefined;
}

/** As whom QEMU's messages name the job's hold on its target. */
const TARGET = { user: 'an unnamed block device', role: 'root' };
/** The least and the most bytes that are noted together unless somebody asks for others, as in QEMU. */
const GRANULARITY = { least: 4096, most: 65536 };
/** Dirty bytes that may be left for the moment in which the guest waits. */
const RESIDUE = 1 << 20;
/** Passes over a disk to which the guest writes faster than it is copied, before the rest is copied while it waits. */
const PASSES = 8;
/** Milliseconds between looks at what the guest has written. */
const INTERVAL = 100;

/** Starts a mirror. @throws QapiError */
export async function startMirror(jobs: JobTable, request: MirrorRequest): Promise<BlockJob> {
  return start(jobs, request, async (holds) => {
    holds.hold(request.source, { role: 'main node', needs: ['consistent read'], shares: PERMISSIONS });
    holds.hold(request.target, { ...TARGET, needs: ['write'], shares: ['write unchanged'] });
  });
}

/** Starts a commit of the image that the guest writes to. @throws QapiError */
export async function startActiveCommit(jobs: JobTable, request: ActiveCommitRequest): Promise<BlockJob> {
  const { active, base, onError } = request;
  const mirror = { ...request, source: active, target: base, sync: 'full' as const, onSourceError: onError, onTargetError: onError };
  return start(jobs, { ...mirror, isCommit: true }, async (holds) => {
    holds.hold(active, { role: 'main node', needs: ['consistent read'], shares: PERMISSIONS });
    for (let node = backingOf(active); node !== undefined && node !== base; node = backingOf(node)) {
      holds.hold(node, { role: 'intermediate node', needs: [], shares: PERMISSIONS });
      holds.freeze(node);
    }
    holds.freeze(active);
    holds.shelter(active);
    await holds.makeWritable(base);
    holds.hold(base, { ...TARGET, needs: ['write', 'resize'], shares: ['consistent read', 'write', 'write unchanged'] });
  });
}

interface Parts extends MirrorRequest {
  readonly isCommit?: boolean;
}

interface MirrorPiece extends DirtyPiece {
  readonly flight?: Flight;
}

async function start(jobs: JobTable, request: Parts, hold: (holds: NodeHolds) => Promise<void>): Promise<BlockJob> {
  const job = jobs.create({ ...request, type: request.isCommit === true ? 'commit' : 'mirror' });
  const holds = new NodeHolds(job, request.graph);
  try {
    await hold(holds);
    const mirror = new Mirror(job, request, holds);
    if (request.releaseTarget === true) holds.own(request.target);
    job.start(mirror);
    return job;
  } catch (error) {
    await holds.release();
    job.discard();
    throw error;
  }
}

class Mirror implements JobWork {
  readonly #job: BlockJob;
  readonly #request: Parts;
  readonly #holds: NodeHolds;
  readonly #dirty: DirtyBitmap;
  readonly #buffers = new PieceBuffers();
  #through: WriteThrough | undefined;
  #end: 'switch' | 'stay' | undefined;
  #replaced: BlockNode | undefined;

  constructor(job: BlockJob, request: Parts, holds: NodeHolds) {
    const { source } = request;
    this.#job = job;
    this.#request = request;
    this.#holds = holds;
    this.#dirty = new DirtyBitmap({ granularity: granularityOf(request), length: source.io.length });
    source.io.bitmaps.add(this.#dirty);
    holds.defer(() => source.io.bitmaps.delete(this.#dirty));
  }

  async run(): Promise<void> {
    const { source, target, sync, isCommit } = this.#request;
    if (isCommit === true && target.io.length < source.io.length) await target.io.truncate(source.io.length);
    else if (isCommit !== true && target.io.length !== source.io.length) throw new QapiError('Source and target image have different sizes');
    // A copy of less than all is to lie over another image, whose data zeroes must cover.
    const targetIsZero = isCommit !== true && sync === 'full' && await isBlank(target);
    await this.#findDirty(targetIsZero);
    if (this.#request.copyMode === 'write-blocking') this.#through = this.#writeThrough();
    // What the target does not hold yet need not be zeroed; after the first pass, and the first guest's write, it may hold something.
    const later = this.#copier(false);
    let isPassed = await this.#pass(this.#copier(targetIsZero && this.#through === undefined));
    while (this.#end === undefined) {
      for (let passes = 0; this.#dirty.count > 0 && (!isPassed || this.#dirty.count > RESIDUE || passes < 2) && passes < PASSES;) {
        isPassed = await this.#pass(later);
        if (isPassed) passes++;
      }
      await this.#flush(later);
      this.#count();
      if (!this.#job.isReady) this.#job.becomeReady();
      if (this.#end === undefined) await this.#job.nap(INTERVAL);
      await this.#job.checkpoint();
    }
  }

  /** What is still to be copied is copied while the guest waits, so that it loses no write, however fast it is. */
  async prepare(): Promise<void> {
    const { source, target } = this.#request;
    const isSwitch = this.#end === 'switch';
    const replaced = this.#replaced ?? source;
    if (isSwitch && !canReplace(source, replaced)) throw new IoError('EPERM', 'metadata');
    if (isSwitch) target.reclaim(this.#job, passiveClaim(TARGET.user, TARGET.role));
    const backing = isSwitch ? await this.#request.backingAtEnd?.() : undefined;
    try {
      await replaceNode(isSwitch ? replaced : undefined, target, {
        quiet: source, except: this.#job,
        first: async () => {
          await this.#copyRest();
          if (backing !== undefined) await target.setBacking(backing);
        },
      });
      // QEMU leaves the base of a commit open for writing even when the guest stays where it was.
      this.#holds.keepWritable(target);
      if (isSwitch && source.readOnly) await closeToWriters(target);
    } finally {
      if (backing !== undefined) await this.#request.graph.release(backing);
    }
  }

  clean(): Promise<void> {
    return this.#holds.release();
  }

  complete(): void {
    if (this.#request.replaces !== undefined) this.#replaced ??= this.#holdReplaced(this.#request.replaces());
    this.#end = 'switch';
  }

  stay(): void {
    this.#end ??= 'stay';
  }

  /** Until the job ends, the node stays, and stays as it is. */
  #holdReplaced(node: BlockNode): BlockNode {
    node.references++;
    this.#holds.own(node);
    this.#holds.defer(node.block('block device is in use by block-job-complete'));
    return node;
  }

  #writeThrough(): WriteThrough {
    const { source } = this.#request;
    const copied = (bytes: number): void => {
      this.#job.offset += bytes;
      this.#count();
    };
    const through = new WriteThrough({ source, dirty: this.#dirty, copy: this.#copier(false), copied });
    const unhook = source.io.onAfterWrite(through.afterWrite);
    this.#holds.defer(async () => {
      unhook();
      await through.settled();
    });
    return through;
  }

  #copier(targetIsZero: boolean): ClusterCopy {
    const { source, target, unmap } = this.#request;
    return new ClusterCopy({ source, target, clusterSize: this.#dirty.granularity, compress: false, targetIsZero, unmap });
  }

  /** Notes what is to be copied; what need not be, but is there on the target, is made zero. */
  async #findDirty(targetIsZero: boolean): Promise<void> {
    const { source, target, sync, isCommit, unmap } = this.#request;
    if (sync === 'none') return;
    const base = isCommit === true ? target : sync === 'top' ? backingOf(source) : undefined;
    const breather = new Breather();
    for (let offset = 0; offset < source.io.length;) {
      await breather.breathe();
      await this.#job.checkpoint();
      const extent = await mapChain(source, offset, source.io.length - offset, base);
      if (extent.kind !== 'unallocated') this.#dirty.add(offset, extent.length);
      else if (!targetIsZero && base === undefined) await target.io.writeZeroes(offset, extent.length, { mayUnmap: unmap ?? true });
      offset += extent.length;
    }
    this.#count();
  }

  /** One pass over what is dirty; whether it came to its end. */
  async #pass(copy: ClusterCopy): Promise<boolean> {
    const scan = new DirtyScan(this.#request.source, this.#dirty);
    const most = this.#request.bufferSize ?? Number.MAX_SAFE_INTEGER;
    try {
      const look = (limit: number) => () => scan.next(Math.min(limit, most));
      await bulkCopy<MirrorPiece>(this.#job, {
        next: (limit) => (this.#through === undefined ? look(limit)() : this.#through.take(look(limit))),
        cost: (piece) => (piece.kind === 'data' ? copy.bytes(piece.start, piece.end) : 0),
        move: (piece) => (piece.flight === undefined ? this.#move(piece, copy) : this.#through!.run(piece.flight, () => this.#move(piece, copy))),
      });
      return true;
    } catch (error) {
      await this.#forgive(error);
      return false;
    }
  }

  async #move(piece: DirtyPiece, copy: ClusterCopy): Promise<void> {
    const { kind, start, end, from } = piece;
    try {
      await (kind === 'zero' ? copy.zeroes(start, end) : copy.data(start, end, { from, isWanted: () => !this.#job.isCancelled }));
    } catch (error) {
      this.#dirty.add(start * this.#dirty.granularity, copy.bytes(start, end));
      throw error;
    }
    this.#job.offset += copy.bytes(start, end);
    this.#count();
  }

  async #flush(copy: ClusterCopy): Promise<void> {
    await atSide('write', copy.flush()).catch((error: unknown) => this.#forgive(error));
  }

  /** Resolves when what failed is to be tried again. @throws the error when it is to be reported */
  #forgive(error: unknown): Promise<void> {
    return forgive(this.#job, error, { read: this.#request.onSourceError, write: this.#request.onTargetError });
  }

  #count(): void {
    this.#job.len = this.#job.offset + Math.min(this.#dirty.count, this.#request.source.io.length);
  }

  /** Copies what is dirty while no request passes the source's gate. */
  async #copyRest(): Promise<void> {
    const { source, target } = this.#request;
    const { bits, granularity } = this.#dirty;
    for (let start = bits.next(0); start >= 0; start = bits.next(start)) {
      const end = bits.runEnd(start, start + Math.max(1, PIECE / granularity));
      const length = Math.min(end * granularity, source.io.length) - start * granularity;
      await this.#buffers.lend(length, async (buffer) => {
        await source.io.behindGate.read(start * granularity, buffer);
        await target.io.write(start * granularity, buffer);
      });
      this.#dirty.remove(start * granularity, length);
      this.#job.offset += length;
    }
    await target.io.flush();
    this.#count();
  }
}

/** Whole clusters of the target, so that no write there has to be filled up from a backing image that it may not have yet. */
function granularityOf({ granularity, target }: MirrorRequest): number {
  const cluster = target.io.clusterSize ?? GRANULARITY.most;
  return Math.max(granularity ?? Math.min(Math.max(cluster, GRANULARITY.least), GRANULARITY.most), target.io.clusterSize ?? 0);
}

export default { type: 'mirror', start: startMirror } satisfies JobKind<MirrorRequest>;
