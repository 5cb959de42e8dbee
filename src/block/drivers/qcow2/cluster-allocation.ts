import { IoError } from '../../io-error.ts';
import type { Corruption } from './corruption.ts';
import type { Geometry } from './geometry.ts';
import type { ImageFile } from './image-file.ts';
import type { CachedTable } from './metadata-cache.ts';
import type { OverlapCheck } from './overlap-check.ts';
import type { Refcounts } from './refcount.ts';

/** Contiguous clusters of the file that now belong to whoever asked. */
export interface ClusterRun {
  /** Bytes in the file. */
  readonly hostOffset: number;
  readonly count: number;
  /** Never written before: reads as zero. */
  readonly isPristine: boolean;
}

/** The offset of the header is refused at once where it would hold packed data. */
function isCheckedLater(purpose: Purpose, { hostOffset }: ClusterRun): boolean {
  return purpose === 'data cluster' || (purpose === 'compressed cluster' && hostOffset > 0);
}

/** What clusters are taken for, as QEMU calls it. */
type Purpose = 'metadata' | 'data cluster' | 'compressed cluster' | 'L2 table' | 'refcount block';

const MAX_TABLE_BYTES = 8 * 2 ** 20;

/**
 * Hands out free clusters. A cluster is taken in memory, without waiting, so that requests allocate in parallel;
 * the count reaches the file before anything that refers to the cluster (see write-back).
 */
export class ClusterAllocation {
  readonly #refcounts: Refcounts;
  readonly #geometry: Geometry;
  readonly #image: { file: ImageFile; corruption: Corruption; overlap: OverlapCheck };
  /** Every cluster below is in use. */
  #lowestFree = 0;
  /** Called when a refcount table is left behind, with its first cluster and its number of clusters. */
  onTableLeft: ((cluster: number, count: number) => void) | undefined;

  constructor(refcounts: Refcounts, geometry: Geometry, image: { file: ImageFile; corruption: Corruption; overlap: OverlapCheck }) {
    this.#refcounts = refcounts;
    this.#geometry = geometry;
    this.#image = image;
  }

  /** Takes up to `wanted` contiguous clusters, at least one, for what QEMU calls `purpose`. Who writes data there checks for overlaps. */
  async allocate(wanted: number, purpose: Purpose = 'metadata'): Promise<ClusterRun> {
    const { raise } = this.#image.file;
    if (raise !== undefined) await raise('cluster_alloc').then(() => raise('refblock_alloc'));
    for (;;) {
      const found = this.#takeFirstFree(wanted);
      if (typeof found === 'object') return this.#checked(found, purpose);
      if (this.#refcounts.peekBlock(found) === 'absent') throw await this.#headerLooksFree('refcount block');
      await this.#refcounts.loadBlock(found);
    }
  }

  /** Takes exactly `count` contiguous clusters. */
  allocateContiguous(count: number): Promise<ClusterRun> {
    return this.#refcounts.blocks.keepingAll(() => this.#allocateContiguous(count));
  }

  async #allocateContiguous(count: number): Promise<ClusterRun> {
    for (;;) {
      const found = this.#takeContiguous(count);
      if (typeof found === 'object') return this.#checked(found, 'metadata');
      if (found >= this.#refcounts.capacity) this.#growTable(this.#refcounts.blockIndex(found));
      else if (this.#refcounts.peekBlock(found) === 'absent') await this.#createBlockElsewhere(found);
      else await this.#refcounts.loadBlock(found);
    }
  }

  /** The space from `cluster` on may have free clusters again. */
  reconsider(cluster: number): void {
    this.#lowestFree = Math.min(this.#lowestFree, cluster);
  }

  /** The run, or a cluster whose refcount block must be loaded first; if that is absent, it would have to be the header. */
  #takeFirstFree(wanted: number): ClusterRun | number {
    for (;;) {
      const block = this.#refcounts.peekBlock(this.#lowestFree);
      if (block === undefined) return this.#lowestFree;
      if (block === 'absent' && this.#lowestFree === 0) return 0;
      if (block === 'absent') {
        this.#createBlockHere(this.#lowestFree);
        continue;
      }
      const end = this.#endOfBlock(this.#lowestFree);
      while (this.#lowestFree < end && this.#refcounts.count(block, this.#lowestFree) !== 0) this.#lowestFree++;
      if (this.#lowestFree === end) continue;
      const first = this.#lowestFree;
      const limit = Math.min(end, first + wanted);
      for (; this.#lowestFree < limit && this.#refcounts.count(block, this.#lowestFree) === 0; this.#lowestFree++) {
        this.#refcounts.setCount(block, this.#lowestFree, 1);
      }
      return this.#run(first, this.#lowestFree - first);
    }
  }

  /** The run, or a cluster whose refcount block must be loaded or created first. */
  #takeContiguous(count: number): ClusterRun | number {
    let first = this.#lowestFree;
    for (let cluster = first; cluster < first + count; cluster++) {
      const block = this.#refcounts.peekBlock(cluster);
      if (typeof block !== 'object') return cluster;
      if (this.#refcounts.count(block, cluster) !== 0) first = cluster + 1;
    }
    for (let cluster = first; cluster < first + count; cluster++) {
      this.#refcounts.setCount(this.#refcounts.peekBlock(cluster) as CachedTable, cluster, 1);
    }
    return this.#run(first, count);
  }

  #run(first: number, count: number): ClusterRun {
    const hostOffset = first * this.#geometry.clusterSize;
    return { hostOffset, count, isPristine: hostOffset >= this.#image.file.pristineFrom };
  }

  #checked(run: ClusterRun, purpose: Purpose): ClusterRun | Promise<never> {
    const length = run.count * this.#geometry.clusterSize;
    const hit = this.#image.overlap.find(run.hostOffset, length);
    return (hit === undefined ? run.hostOffset > 0 : isCheckedLater(purpose, run)) ? run : this.#refuse(run.hostOffset, length, { hit, purpose });
  }

  async #refuse(offset: number, length: number, { hit, purpose }: { hit: string | undefined; purpose: Purpose }): Promise<never> {
    if (offset === 0 && (purpose !== 'metadata' || hit === undefined)) throw await this.#headerLooksFree(purpose);
    throw await this.#image.corruption.overlap(hit as string, offset, length);
  }

  #headerLooksFree(purpose: Purpose): Promise<IoError> {
    return this.#image.corruption.fatal('write', `Preventing invalid allocation of ${purpose} at offset 0`);
  }

  #endOfBlock(cluster: number): number {
    return (this.#refcounts.blockIndex(cluster) + 1) * this.#geometry.refcountBlockEntries;
  }

  /** Makes the block that counts `cluster`, in that very cluster: it counts itself. */
  #createBlockHere(cluster: number): void {
    const index = this.#refcounts.blockIndex(cluster);
    if (cluster >= this.#refcounts.capacity) {
      this.#growTable(index);
      return;
    }
    const block = this.#refcounts.blocks.create(cluster * this.#geometry.clusterSize);
    this.#refcounts.setBlock(index, block.hostOffset);
    this.#refcounts.setCount(block, cluster, 1);
  }

  /** Makes the block that counts `cluster` without taking `cluster`, so that a long run can go there. */
  async #createBlockElsewhere(cluster: number): Promise<void> {
    const home = await this.allocate(1, 'refcount block');
    if (this.#refcounts.peekBlock(cluster) === 'absent') {
      const block = this.#refcounts.blocks.create(home.hostOffset);
      this.#refcounts.setBlock(this.#refcounts.blockIndex(cluster), block.hostOffset);
      return;
    }
    const homeCluster = home.hostOffset / this.#geometry.clusterSize;
    this.#refcounts.setCount(this.#refcounts.peekBlock(homeCluster) as CachedTable, homeCluster, 0);
    this.reconsider(homeCluster);
  }

  /**
   * Makes room in the refcount table for `index`: the new table and the blocks that count it lie together
   * at the start of the space that the old table could not describe.
   */
  #growTable(index: number): void {
    const { clusterSize, refcountBlockEntries } = this.#geometry;
    const old = { hostOffset: this.#refcounts.hostOffset, bytes: this.#refcounts.bytes };
    let blocks = 1;
    let tableClusters = 0;
    for (let settled = false; !settled;) {
      tableClusters = Math.ceil((Math.max(index + 1 + blocks, Math.ceil(this.#refcounts.size * 1.5)) * 8) / clusterSize);
      const needed = Math.ceil((blocks + tableClusters) / refcountBlockEntries);
      settled = needed <= blocks;
      blocks = Math.max(blocks, needed);
    }
    if (tableClusters * clusterSize > MAX_TABLE_BYTES) throw new IoError('EFBIG', 'metadata');
    const bytes = Buffer.alloc(tableClusters * clusterSize);
    old.bytes.copy(bytes);
    const first = index * refcountBlockEntries;
    this.#refcounts.relocate((first + blocks) * clusterSize, bytes);
    for (let i = 0; i < blocks; i++) {
      this.#refcounts.setBlock(index + i, this.#refcounts.blocks.create((first + i) * clusterSize).hostOffset);
    }
    for (let cluster = first; cluster < first + blocks + tableClusters; cluster++) {
      this.#refcounts.setCount(this.#refcounts.peekBlock(cluster) as CachedTable, cluster, 1);
    }
    this.onTableLeft?.(old.hostOffset / clusterSize, old.bytes.length / clusterSize);
  }
}
