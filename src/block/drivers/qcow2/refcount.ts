import { IoError } from '../../io-error.ts';
import type { Corruption } from './corruption.ts';
import type { Geometry } from './geometry.ts';
import type { CachedTable, MetadataCache } from './metadata-cache.ts';
import type { OverlapCheck } from './overlap-check.ts';
import type { RefcountWidth } from './refcount-width.ts';
import { refcountWidth } from './refcount-width.ts';

const ENTRY = 8;

/** The refcount table (all of it in memory) and its blocks (cached). Cluster numbers count clusters of the file. */
export class Refcounts {
  /** Bytes in the file; differs from the header while a grown table is not written yet. */
  hostOffset: number;
  bytes: Buffer;
  /** The table lies elsewhere than the header says: write it whole, then the header. */
  isRelocated = false;
  readonly blocks: MetadataCache;
  readonly width: RefcountWidth;
  readonly #geometry: Geometry;
  readonly #corruption: Corruption;
  readonly #overlap: OverlapCheck;
  #dirtyFrom = 0;
  #dirtyTo = 0;

  constructor(
    table: { hostOffset: number; bytes: Buffer },
    image: { geometry: Geometry; blocks: MetadataCache; corruption: Corruption; overlap: OverlapCheck },
  ) {
    this.hostOffset = table.hostOffset;
    this.bytes = table.bytes;
    this.blocks = image.blocks;
    this.width = refcountWidth(image.geometry.refcountBits);
    this.#geometry = image.geometry;
    this.#corruption = image.corruption;
    this.#overlap = image.overlap;
  }

  /** Entries in the refcount table. */
  get size(): number {
    return this.bytes.length / ENTRY;
  }

  /** Clusters that the present table can describe. */
  get capacity(): number {
    return this.size * this.#geometry.refcountBlockEntries;
  }

  blockIndex(cluster: number): number {
    return Math.floor(cluster / this.#geometry.refcountBlockEntries);
  }

  /** Where a refcount block lies in the file; 0 when there is none. */
  blockOffset(index: number): number {
    if (index >= this.size) return 0;
    const low = this.bytes.readUInt32BE(index * ENTRY + 4);
    return this.bytes.readUInt32BE(index * ENTRY) * 2 ** 32 + (low - (low % 512));
  }

  setBlock(index: number, hostOffset: number): void {
    const old = this.blockOffset(index);
    if (old !== 0) this.#overlap.removeTable('refcount-block', old);
    if (hostOffset !== 0) this.#overlap.addTable('refcount-block', hostOffset);
    this.bytes.writeUInt32BE(Math.floor(hostOffset / 2 ** 32), index * ENTRY);
    this.bytes.writeUInt32BE(hostOffset % 2 ** 32, index * ENTRY + 4);
    const isClean = this.#dirtyFrom >= this.#dirtyTo;
    this.#dirtyFrom = isClean ? index * ENTRY : Math.min(this.#dirtyFrom, index * ENTRY);
    this.#dirtyTo = isClean ? (index + 1) * ENTRY : Math.max(this.#dirtyTo, (index + 1) * ENTRY);
  }

  /** The block that counts `cluster`: 'absent' means all its counts are 0, undefined that it must be loaded. */
  peekBlock(cluster: number): CachedTable | 'absent' | undefined {
    const offset = this.blockOffset(this.blockIndex(cluster));
    return offset === 0 ? 'absent' : this.blocks.peek(offset);
  }

  /** Brings the block that counts `cluster` into memory. */
  async loadBlock(cluster: number): Promise<void> {
    const index = this.blockIndex(cluster);
    const offset = this.blockOffset(index);
    if (offset % this.#geometry.clusterSize !== 0) {
      throw await this.#corruption.fatal('metadata', `Refblock offset ${hex(offset)} unaligned (reftable index: ${hex(index)})`);
    }
    if (offset === 0) return;
    // No file reaches there, and beyond it cluster numbers would no longer count up.
    if (offset > Number.MAX_SAFE_INTEGER) throw new IoError('EIO', 'metadata', { offset });
    await this.blocks.load(offset);
  }

  /** Reads a count in an already present block. */
  count(block: CachedTable, cluster: number): number {
    return this.width.get(block.bytes, cluster % this.#geometry.refcountBlockEntries);
  }

  /** Changes a count in an already present block. */
  setCount(block: CachedTable, cluster: number, count: number): void {
    const index = cluster % this.#geometry.refcountBlockEntries;
    this.width.set(block.bytes, index, count);
    const at = Math.floor((index * this.width.bits) / 8);
    this.blocks.markDirty(block, at, at + Math.max(1, this.width.bits / 8));
  }

  /** A cluster's count, loading what is needed. */
  async get(cluster: number): Promise<number> {
    for (;;) {
      const block = this.peekBlock(cluster);
      if (block === 'absent') return 0;
      if (block !== undefined) return this.count(block, cluster);
      await this.loadBlock(cluster);
    }
  }

  /** Replaces the table by a bigger one elsewhere; blocks that it knows stay known. */
  relocate(hostOffset: number, bytes: Buffer): void {
    this.hostOffset = hostOffset;
    this.bytes = bytes;
    this.isRelocated = true;
    this.#overlap.setArea('refcount-table', hostOffset, bytes.length);
  }

  /** The table, with some of its blocks, is now another one, all of it written already. */
  moveTo(hostOffset: number, bytes: Buffer): void {
    for (let index = 0; index < bytes.length / ENTRY; index++) {
      const from = this.blockOffset(index);
      const to = Number(bytes.readBigUInt64BE(index * ENTRY));
      if (to === from || to === 0) continue;
      this.#overlap.removeTable('refcount-block', from);
      this.#overlap.addTable('refcount-block', to);
      this.blocks.drop(from);
    }
    this.hostOffset = hostOffset;
    this.bytes = bytes;
    this.#overlap.setArea('refcount-table', hostOffset, bytes.length);
  }

  get isTableDirty(): boolean {
    return this.isRelocated || this.#dirtyFrom < this.#dirtyTo;
  }

  /** Copies out what is dirty of the table and counts it as clean. */
  takeDirtyTable(): { hostOffset: number; bytes: Buffer; from: number; isRelocated: boolean } | undefined {
    if (!this.isTableDirty) return undefined;
    const isRelocated = this.isRelocated;
    const from = isRelocated ? 0 : this.#dirtyFrom;
    const bytes = Buffer.from(this.bytes.subarray(from, isRelocated ? this.bytes.length : this.#dirtyTo));
    this.isRelocated = false;
    this.#dirtyFrom = this.#dirtyTo = 0;
    return { hostOffset: this.hostOffset + from, bytes, from, isRelocated };
  }

  /** After a failed write of the table: all of it is to be written again. */
  markTableDirty(isRelocated: boolean): void {
    this.isRelocated ||= isRelocated;
    this.#dirtyFrom = 0;
    this.#dirtyTo = this.bytes.length;
  }
}

/** QEMU's way (%#x) to print offsets in corruption messages. */
export function hex(value: number): string {
  return value === 0 ? '0' : `0x${value.toString(16)}`;
}
