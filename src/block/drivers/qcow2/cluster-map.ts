import type { ClusterAllocation } from './cluster-allocation.ts';
import type { ClusterRelease } from './cluster-release.ts';
import type { Corruption } from './corruption.ts';
import type { Geometry } from './geometry.ts';
import type { ImageFile } from './image-file.ts';
import type { L1Table } from './l1-table.ts';
import type { CachedTable, MetadataCache } from './metadata-cache.ts';
import type { OverlapCheck } from './overlap-check.ts';
import { hex } from './refcount.ts';

/** Bytes. */
const L1_ENTRY = 8;

interface Parts {
  readonly file: ImageFile;
  readonly geometry: Geometry;
  readonly l1: L1Table;
  /** The cache of L2 tables. */
  readonly l2: MetadataCache;
  readonly allocation: ClusterAllocation;
  readonly release: ClusterRelease;
  readonly overlap: OverlapCheck;
  readonly corruption: Corruption;
}

/** The way from the active L1 table to L2 tables, for looking up and for changing. */
export class ClusterMap {
  readonly #parts: Parts;
  readonly #making = new Map<number, Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The L2 table of an L1 entry: 'absent' when there is none, undefined when it must be loaded. */
  peek(l1Index: number): CachedTable | 'absent' | undefined {
    const offset = this.#parts.l1.l2Offset(l1Index);
    return offset === 0 ? 'absent' : this.#parts.l2.peek(offset);
  }

  /** Brings the L2 table of an L1 entry into memory. */
  async load(l1Index: number): Promise<void> {
    const offset = this.#parts.l1.l2Offset(l1Index);
    if (offset % this.#parts.geometry.clusterSize !== 0) {
      throw await this.#parts.corruption.fatal('metadata', `L2 table offset ${hex(offset)} unaligned (L1 index: ${hex(l1Index)})`);
    }
    if (offset !== 0) await this.#parts.l2.load(offset);
  }

  /** The L2 table if it is in memory and belongs to the active L1 table alone, so that it may be changed. */
  peekOwn(l1Index: number): CachedTable | undefined {
    const { l1, l2 } = this.#parts;
    const offset = l1.l2Offset(l1Index);
    return offset !== 0 && l1.isCopied(l1Index) ? l2.peek(offset) : undefined;
  }

  /** Makes an L2 table of its own for an L1 entry: loads it, copies the one shared with a snapshot, or starts an empty one. */
  async makeOwn(l1Index: number): Promise<void> {
    const offset = this.#parts.l1.l2Offset(l1Index);
    if (offset !== 0 && this.#parts.l1.isCopied(l1Index)) return this.load(l1Index);
    const running = this.#making.get(l1Index);
    if (running !== undefined) return running;
    const making = this.#replace(l1Index).finally(() => this.#making.delete(l1Index));
    this.#making.set(l1Index, making);
    return making;
  }

  /** The L2 table of an L1 entry goes away; the clusters in it are no concern of this. */
  forget(l1Index: number): void {
    const { l1, l2, overlap, release } = this.#parts;
    const offset = l1.l2Offset(l1Index);
    if (offset === 0) return;
    overlap.removeTable('active-l2', offset);
    l1.set(l1Index, 0);
    l2.drop(offset);
    release.dropAt(offset, 'other');
  }

  async #replace(l1Index: number): Promise<void> {
    const { l1, l2, allocation, release, overlap, corruption, file: { raise } } = this.#parts;
    const shared = l1.l2Offset(l1Index);
    if (raise !== undefined && shared !== 0) await raise('l2_alloc_cow_read');
    const content = shared === 0 ? undefined : await this.#contentOf(l1Index);
    const { hostOffset } = await allocation.allocate(1, 'L2 table');
    const hit = overlap.find(l1.hostOffset + l1Index * L1_ENTRY, L1_ENTRY, 'active-l1');
    if (hit !== undefined) throw await corruption.overlap(hit, l1.hostOffset + l1Index * L1_ENTRY, L1_ENTRY);
    if (raise !== undefined) await raise('l2_alloc_write');
    l2.create(hostOffset, content);
    if (shared !== 0) overlap.removeTable('active-l2', shared);
    overlap.addTable('active-l2', hostOffset);
    l1.set(l1Index, hostOffset);
    if (shared !== 0) release.dropAt(shared, 'other');
  }

  async #contentOf(l1Index: number): Promise<Buffer | undefined> {
    for (;;) {
      const table = this.peek(l1Index);
      if (table === 'absent') return undefined;
      if (table !== undefined) return Buffer.from(table.bytes);
      await this.load(l1Index);
    }
  }
}
