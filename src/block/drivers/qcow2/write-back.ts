import type { BlkdebugEvent } from '../../../qapi/types/blkdebug-options.ts';
import type { ClusterRelease } from './cluster-release.ts';
import type { Corruption } from './corruption.ts';
import type { Header } from './header.ts';
import { FIELD } from './header.ts';
import type { ImageFile } from './image-file.ts';
import type { L1Table } from './l1-table.ts';
import type { MetadataCache, PendingWrite } from './metadata-cache.ts';
import type { MetadataSection, OverlapCheck } from './overlap-check.ts';
import type { Refcounts } from './refcount.ts';

interface Parts {
  readonly file: ImageFile;
  readonly header: Header;
  readonly refcounts: Refcounts;
  readonly l1: L1Table;
  /** The cache of L2 tables. */
  readonly l2: MetadataCache;
  readonly release: ClusterRelease;
  readonly overlap: OverlapCheck;
  readonly corruption: Corruption;
}

/** One write of a stage; `settle` hears whether it was done. */
interface StagedWrite {
  readonly offset: number;
  readonly bytes: Buffer;
  /** What debugging is told before it. */
  readonly event: BlkdebugEvent;
  /** The table that it is of, which may only overwrite its like: what led to it may be damaged. */
  readonly table?: { readonly hostOffset: number; readonly section: MetadataSection };
  readonly settle: (isWritten: boolean) => void;
}

/** Tables written at a time. */
const PARALLEL = 32;
/** Dropped clusters that may wait before the metadata is written to set them free. */
const MANY_DROPPED_BYTES = 64 * 2 ** 20;

/**
 * Writes changed metadata to the file, in the order that keeps the image sound at every moment: refcounts go up
 * before anything refers to a cluster, L2 tables are complete before the L1 table points at them, and refcounts
 * go down only after the last reference is gone. A flush of the file separates the stages.
 */
export class WriteBack {
  readonly #parts: Parts;
  readonly #clusterSize: number;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(parts: Parts, clusterSize: number) {
    this.#parts = parts;
    this.#clusterSize = clusterSize;
  }

  /** Writes everything that is dirty now; the file itself may still have to be flushed. */
  run(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    if (this.#running === undefined) return this.#start();
    const start = (): Promise<void> => {
      this.#next = undefined;
      return this.#start();
    };
    this.#next = this.#running.then(start, start);
    return this.#next;
  }

  /** Whether caches hold too much, or much space waits to be set free. */
  get isReliefDue(): boolean {
    const { refcounts, l2 } = this.#parts;
    return this.#isMuchDropped || refcounts.blocks.isOverLimit || l2.isOverLimit;
  }

  /** Keeps memory bounded: forgets, and writes what cannot be forgotten. */
  async relieve(): Promise<void> {
    if (!this.isReliefDue) return;
    const { refcounts, l2 } = this.#parts;
    refcounts.blocks.shrink();
    l2.shrink();
    if (this.isReliefDue) await this.run();
  }

  get #isMuchDropped(): boolean {
    return this.#parts.release.pendingClusters * this.#clusterSize > MANY_DROPPED_BYTES;
  }

  #start(): Promise<void> {
    const { refcounts, l1, l2, release } = this.#parts;
    const isClean = !refcounts.blocks.isDirty && !refcounts.isTableDirty && !l1.isDirty && !l2.isDirty && release.pendingClusters === 0;
    if (isClean) return Promise.resolve();
    const running = this.#write().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  async #write(): Promise<void> {
    const { file, refcounts, l2, release } = this.#parts;
    // All is copied out at one moment: what refers to a cluster and the count that covers it belong together.
    const counts = stagedTables(refcounts.blocks);
    const table = this.#takeRefcountTable();
    const maps = stagedTables(l2);
    const roots = this.#takeL1();
    const dropped = release.takePending();
    let failure: { error: unknown } | undefined;
    const fail = (error: unknown): void => {
      failure ??= { error };
    };
    try {
      await this.#writeStage(counts, false).catch(fail);
      for (const stage of [...table, maps, roots]) await this.#writeAfterFlush(stage, failure !== undefined).catch(fail);
      if (failure !== undefined) throw failure.error;
      if (dropped.length > 0) await file.flush();
    } catch (error) {
      release.putBack(dropped);
      throw error;
    }
    if (dropped.length > 0) {
      await release.apply(dropped);
      await this.#writeStage(stagedTables(refcounts.blocks), false);
    }
    refcounts.blocks.shrink();
    l2.shrink();
  }

  /** Whatever was written before, data as well as metadata, is on disk before the first byte of this stage. */
  async #writeAfterFlush(stage: StagedWrite[], isSkipped: boolean): Promise<void> {
    if (stage.length === 0) return;
    if (isSkipped) return this.#writeStage(stage, true);
    try {
      await this.#parts.file.flush();
    } catch (error) {
      await this.#writeStage(stage, true);
      throw error;
    }
    await this.#writeStage(stage, false);
  }

  /** Writes, or only hands back, everything in a stage; fails after all of it was tried. */
  async #writeStage(stage: StagedWrite[], isSkipped: boolean): Promise<void> {
    const rest = [...stage];
    let failure: { error: unknown } | undefined;
    const worker = async (): Promise<void> => {
      for (let write = rest.pop(); write !== undefined; write = rest.pop()) {
        const isWritten = !isSkipped && (await this.#put(write).then(() => true, (error: unknown) => {
          failure ??= { error };
          return false;
        }));
        write.settle(isWritten);
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, stage.length) }, worker));
    if (failure !== undefined) throw failure.error;
  }

  async #put({ offset, bytes, event, table }: StagedWrite): Promise<void> {
    const { file, overlap, corruption } = this.#parts;
    const hit = table && overlap.find(table.hostOffset, this.#clusterSize, table.section);
    if (table !== undefined && hit !== undefined) throw await corruption.overlap(hit, table.hostOffset, this.#clusterSize);
    if (file.raise !== undefined) await file.raise(event);
    await file.write(offset, bytes);
  }

  /** The table and, when it has moved, the header fields that point at it. */
  #takeRefcountTable(): StagedWrite[][] {
    const { refcounts, header } = this.#parts;
    const taken = refcounts.takeDirtyTable();
    if (taken === undefined) return [];
    const stages: StagedWrite[][] = [[{
      event: 'reftable_update', offset: taken.hostOffset, bytes: taken.bytes,
      settle: (isWritten) => void (isWritten || refcounts.markTableDirty(taken.isRelocated)),
    }]];
    if (!taken.isRelocated) return stages;
    const clusters = taken.bytes.length / this.#clusterSize;
    const fields = Buffer.alloc(12);
    fields.writeBigUInt64BE(BigInt(taken.hostOffset));
    fields.writeUInt32BE(clusters, 8);
    const settle = (isWritten: boolean): void => {
      if (!isWritten) refcounts.markTableDirty(true);
      else Object.assign(header, { refcountTableOffset: taken.hostOffset, refcountTableClusters: clusters });
    };
    return [...stages, [{ event: 'refblock_alloc_switch_table', offset: FIELD.refcountTableOffset, bytes: fields, settle }]];
  }

  #takeL1(): StagedWrite[] {
    const { l1 } = this.#parts;
    const taken = l1.takeDirty();
    if (taken === undefined) return [];
    const { hostOffset, bytes, from } = taken;
    return [{ event: 'l1_update', offset: hostOffset, bytes, settle: (isWritten) => void (isWritten || l1.markDirty(from, from + bytes.length)) }];
  }
}

function stagedTables(cache: MetadataCache): StagedWrite[] {
  return cache.takeDirty().map((write: PendingWrite) => ({
    event: cache.kind.update, offset: write.hostOffset, bytes: write.bytes,
    table: { hostOffset: write.table.hostOffset, section: cache.kind.section }, settle: (isWritten) => cache.settle(write, isWritten),
  }));
}
