import type { DirtyBitmap } from '../../block/dirty-bitmap.ts';
import { PERMISSIONS } from '../../block/permissions.ts';
import type { BlockNode } from '../../block/node.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { BackupScan } from '../backup-scan.ts';
import type { BackupPiece } from '../backup-scan.ts';
import type { BlockJob } from '../block-job.ts';
import { bulkCopy } from '../bulk-copy.ts';
import { isBlank } from '../../block/chain-map.ts';
import { ClusterCopy } from '../cluster-copy.ts';
import { BitSet } from '../../util/bit-set.ts';
import type { OnError } from '../error-policy.ts';
import { forgive } from '../forgive.ts';
import type { JobKind, JobRequest, PreparedJob } from '../job-kind.ts';
import type { JobTable } from '../job-table.ts';
import type { JobWork } from '../job-work.ts';
import { NodeHolds } from '../node-holds.ts';
import type { PieceOrigin } from '../offload.ts';
import { PointInTime } from '../point-in-time.ts';
import { SideError } from '../side-error.ts';

/** What part of the source a backup copies; `none`: only what the guest is about to overwrite; `bitmap`: what is dirty. */
export type BackupSync = 'full' | 'top' | 'none' | 'bitmap';

/** A dirty bitmap that says what to copy, or that is to say what was not copied, and when it is brought up to date. */
export interface SyncBitmap {
  readonly bitmap: DirtyBitmap;
  readonly mode: 'on-success' | 'never' | 'always';
}

/** A point-in-time copy of `source` into `target`. */
export interface BackupRequest extends JobRequest {
  readonly source: BlockNode;
  /** An open, writable node of the source's length. */
  readonly target: BlockNode;
  readonly sync: BackupSync;
  readonly syncBitmap?: SyncBitmap | undefined;
  readonly compress?: boolean;
  readonly onSourceError?: OnError;
  readonly onTargetError?: OnError;
  /** The job takes over the caller's reference to the target once it runs, and drops it at its end (drive-backup). */
  readonly releaseTarget?: boolean;
}

/** The least size of a cluster in bytes, as in QEMU. */
const CLUSTER = 65536;

/** Starts a backup; what the source holds when this resolves is what the target will hold. @throws QapiError */
export async function startBackup(jobs: JobTable, request: BackupRequest): Promise<BlockJob> {
  return (await prepareBackup(jobs, request)).start();
}

/** As startBackup, but nothing is copied yet except what the guest is about to overwrite. @throws QapiError */
export async function prepareBackup(jobs: JobTable, request: BackupRequest): Promise<PreparedJob> {
  check(request);
  const job = jobs.create({ ...request, type: 'backup' });
  const holds = new NodeHolds(job, request.graph);
  try {
    const backup = await Backup.begin(job, request, holds);
    request.group?.add(job);
    return {
      start: () => {
        job.start(backup);
        return job;
      },
      abandon: async () => {
        await backup.abort();
        await backup.clean();
        job.abandon();
      },
    };
  } catch (error) {
    await holds.release();
    job.discard();
    throw error;
  }
}

function check({ source, target, compress, syncBitmap }: BackupRequest): void {
  if (source === target) throw new QapiError('Source and target cannot be the same');
  if (compress === true && target.driver.compresses !== true) {
    const { deviceOrNodeName, name } = target;
    throw new QapiError(`Compression is not supported for this drive ${deviceOrNodeName === name ? '' : deviceOrNodeName}`);
  }
  source.checkNotBlocked('backup-source');
  target.checkNotBlocked('backup-target');
  if (source.io.length !== target.io.length) throw new QapiError('Source and target image have different sizes');
  if (syncBitmap !== undefined && syncBitmap.mode !== 'never') syncBitmap.bitmap.checkFor('change');
}

class Backup implements JobWork {
  readonly #job: BlockJob;
  readonly #request: BackupRequest;
  readonly #holds: NodeHolds;
  readonly #copy: ClusterCopy;
  readonly #point: PointInTime;
  readonly #clusterSize: number;
  /** Keeps the bitmap as it was at the beginning; writes since then are noted apart. */
  readonly #frozen: ReturnType<DirtyBitmap['freeze']> | undefined;
  readonly #unhook: () => void;

  /** Holds the nodes and fixes the point in time. */
  static async begin(job: BlockJob, request: BackupRequest, holds: NodeHolds): Promise<Backup> {
    const { source, target } = request;
    holds.hold(source, { role: 'main node', needs: ['consistent read'], shares: PERMISSIONS });
    holdTarget(request, holds);
    // A copy of less than all may be to lie over another image, whose data zeroes must cover.
    const targetIsZero = request.sync === 'full' && await isBlank(target);
    const backup = await source.drained(async () => new Backup({ job, request, holds, targetIsZero }));
    if (request.releaseTarget === true) holds.own(target);
    return backup;
  }

  private constructor(parts: { job: BlockJob; request: BackupRequest; holds: NodeHolds; targetIsZero: boolean }) {
    const { request } = parts;
    const { source, target } = request;
    this.#job = parts.job;
    this.#request = request;
    this.#holds = parts.holds;
    this.#clusterSize = Math.max(CLUSTER, target.image.facts().clusterSize ?? 0);
    this.#copy = new ClusterCopy({
      source, target, clusterSize: this.#clusterSize, compress: request.compress === true, targetIsZero: parts.targetIsZero,
    });
    this.#point = new PointInTime({
      length: source.io.length, clusterSize: this.#clusterSize,
      copyForGuest: (start, end) => this.#copyForGuest(start, end),
      pending: request.sync === 'bitmap' ? this.#dirtyClusters() : undefined,
    });
    this.#job.len = this.#point.pending.count * this.#clusterSize;
    this.#frozen = request.syncBitmap?.bitmap.freeze();
    this.#unhook = source.onBeforeWrite(this.#point.beforeWrite);
  }

  async run(): Promise<void> {
    while (this.#request.sync === 'none') {
      await this.#job.nap();
      await this.#job.checkpoint();
    }
    while (this.#point.pending.count > 0) {
      await this.#copyPending();
      await this.#point.settled();
    }
    await this.#copy.flush();
  }

  async commit(): Promise<void> {
    if (this.#request.syncBitmap?.mode === 'never') this.#frozen?.addBack();
    else this.#renewBitmap();
  }

  /** What was not copied is to be dirty still: all of it or, with `always`, what is pending. */
  async abort(): Promise<void> {
    const { syncBitmap } = this.#request;
    if (syncBitmap?.mode !== 'always') return this.#frozen?.addBack();
    this.#unhook();
    await this.#point.close();
    this.#renewBitmap();
    const { pending } = this.#point;
    for (let start = pending.next(0); start >= 0;) {
      const end = pending.runEnd(start, pending.size);
      syncBitmap.bitmap.add(start * this.#clusterSize, (end - start) * this.#clusterSize);
      start = pending.next(end);
    }
  }

  async clean(): Promise<void> {
    this.#unhook();
    await this.#point.close();
    await this.#holds.release();
  }

  #renewBitmap(): void {
    const { source, syncBitmap } = this.#request;
    this.#frozen?.replace();
    if (syncBitmap !== undefined) source.io.bitmaps.renew(syncBitmap.bitmap);
  }

  #dirtyClusters(): BitSet {
    const { source, syncBitmap } = this.#request;
    const clusters = new BitSet(Math.ceil(source.io.length / this.#clusterSize));
    const { bits, granularity } = syncBitmap!.bitmap;
    for (const [start, end] of bits.runs()) {
      const first = Math.floor((start * granularity) / this.#clusterSize);
      clusters.add(first, Math.min(clusters.size, Math.ceil((end * granularity) / this.#clusterSize)));
    }
    return clusters;
  }

  /** One pass over what is pending; an error that the user's policy forgives leaves the rest to the next pass. */
  async #copyPending(): Promise<void> {
    const { source, sync } = this.#request;
    const scan = new BackupScan({ source, pending: this.#point.pending, clusterSize: this.#clusterSize, onlyTop: sync === 'top' });
    try {
      await bulkCopy<BackupPiece>(this.#job, {
        next: (limit) => scan.next(limit),
        cost: (piece) => (piece.kind === 'data' ? this.#copy.bytes(piece.start, piece.end) : 0),
        move: (piece) => this.#point.copy(piece.start, piece.end, () => this.#move({ ...piece, isWanted: () => !this.#job.isCancelled })),
      });
    } catch (error) {
      await forgive(this.#job, error, { read: this.#request.onSourceError, write: this.#request.onTargetError });
    }
  }

  async #move({ kind, start, end, ...origin }: BackupPiece & PieceOrigin): Promise<void> {
    // Progress is counted in whole clusters, also where the source ends within one.
    const bytes = (end - start) * this.#clusterSize;
    if (kind === 'skip') {
      this.#job.len -= bytes;
      return;
    }
    await (kind === 'zero' ? this.#copy.zeroes(start, end) : this.#copy.data(start, end, origin));
    this.#job.offset += bytes;
  }

  /** The guest's write fails with the error of the copy, as in QEMU, and the cluster stays pending. */
  async #copyForGuest(start: number, end: number): Promise<void> {
    try {
      await this.#move({ kind: 'data', start, end });
    } catch (error) {
      throw error instanceof SideError ? error.cause : error;
    }
  }
}

/** To QEMU the target's user is a filter above the source. */
function holdTarget({ target, graph }: BackupRequest, holds: NodeHolds): void {
  const shares = PERMISSIONS.filter((permission) => permission !== 'resize');
  try {
    holds.hold(target, { user: `node '${graph.makeName()}'`, role: 'target', needs: ['write'], shares });
  } catch (error) {
    throw error instanceof QapiError ? new QapiError(`Could not create node: ${error.desc}`, { cause: error }) : error;
  }
}

export default { type: 'backup', start: startBackup } satisfies JobKind<BackupRequest>;
