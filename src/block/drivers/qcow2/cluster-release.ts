import { IoError } from '../../io-error.ts';
import type { ClusterAllocation } from './cluster-allocation.ts';
import type { Geometry } from './geometry.ts';
import type { ImageFile } from './image-file.ts';
import type { CachedTable } from './metadata-cache.ts';
import type { Refcounts } from './refcount.ts';

/** Why clusters became free: decides whether the file's space is given back. */
export type ReleaseReason = 'request' | 'snapshot' | 'other' | 'always';

interface Release {
  readonly cluster: number;
  count: number;
  readonly reason: ReleaseReason;
}

/**
 * References that were dropped. A count goes down, and the cluster becomes free, only after the metadata
 * that dropped the reference is on disk: until then a crash would bring the reference back.
 */
export class ClusterRelease {
  /** Called when nothing refers to a cluster any more: what is known of its bytes no longer holds. */
  onFree: ((cluster: number) => void) | undefined;
  #pending: Release[] = [];
  #pendingClusters = 0;
  readonly #refcounts: Refcounts;
  readonly #allocation: ClusterAllocation;
  readonly #image: { file: ImageFile; geometry: Geometry; passDiscard: ReadonlySet<ReleaseReason> };

  constructor(
    refcounts: Refcounts, allocation: ClusterAllocation,
    image: { file: ImageFile; geometry: Geometry; passDiscard: ReadonlySet<ReleaseReason> },
  ) {
    this.#refcounts = refcounts;
    this.#allocation = allocation;
    this.#image = image;
  }

  /** Drops one reference to each of `count` clusters, as soon as the metadata is written. */
  drop(cluster: number, count: number, reason: ReleaseReason): void {
    const last = this.#pending.at(-1);
    if (last !== undefined && last.reason === reason && last.cluster + last.count === cluster) last.count += count;
    else this.#pending.push({ cluster, count, reason });
    this.#pendingClusters += count;
  }

  /** Drops one reference to the cluster at `hostOffset` (bytes). */
  dropAt(hostOffset: number, reason: ReleaseReason): void {
    this.drop(Math.floor(hostOffset / this.#image.geometry.clusterSize), 1, reason);
  }

  /** Clusters that wait for the metadata to be written. */
  get pendingClusters(): number {
    return this.#pendingClusters;
  }

  takePending(): readonly Release[] {
    const taken = this.#pending;
    this.#pending = [];
    this.#pendingClusters = 0;
    return taken;
  }

  /** Lets what was taken wait again. */
  putBack(releases: readonly Release[]): void {
    for (const { cluster, count, reason } of releases) this.drop(cluster, count, reason);
  }

  /** Counts down what was taken; the metadata that dropped it is on disk. */
  async apply(releases: readonly Release[]): Promise<void> {
    for (const { cluster, count, reason } of releases) await this.release(cluster, count, reason);
  }

  /** Counts down at once: only for clusters to which no metadata ever referred, or no longer does on disk. */
  async release(cluster: number, count: number, reason?: ReleaseReason): Promise<void> {
    const { raise } = this.#image.file;
    if (raise !== undefined) await raise('cluster_free');
    // Space is given back before the clusters count as free: afterwards a new owner may have written there.
    if (reason !== undefined && this.#image.passDiscard.has(reason)) await this.#discardUnshared(cluster, cluster + count);
    for (let at = cluster; at < cluster + count; at++) await this.#countDown(at);
  }

  async #countDown(cluster: number): Promise<void> {
    for (;;) {
      const block = this.#refcounts.peekBlock(cluster);
      if (typeof block === 'object') return this.#countDownIn(block, cluster);
      if (block === 'absent') return;
      await this.#refcounts.loadBlock(cluster);
    }
  }

  #countDownIn(block: CachedTable, cluster: number): void {
    const count = this.#refcounts.count(block, cluster);
    // Of an image whose counts are too low, `qemu-img check` tells more than an event could.
    if (count === 0) return;
    this.#refcounts.setCount(block, cluster, count - 1);
    if (count > 1) return;
    this.onFree?.(cluster);
    this.#allocation.reconsider(cluster);
  }

  async #discardUnshared(from: number, to: number): Promise<void> {
    const { clusterSize } = this.#image.geometry;
    for (let first = from; first < to;) {
      let end = first;
      while (end < to && (await this.#refcounts.get(end)) === 1) this.onFree?.(end++);
      // A hint: where the host does not follow it, the space stays taken there, and nothing else is different.
      if (end > first) await this.#image.file.discard(first * clusterSize, (end - first) * clusterSize).catch(unlessRefused);
      first = end + 1;
    }
  }
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof IoError)) throw error;
}
