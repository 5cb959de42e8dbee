import { L2_ENTRY, l2Table } from './l2-table.ts';

/** The active L1 table: all of it in memory. */
export class L1Table {
  hostOffset: number;
  bytes: Buffer;
  #dirtyFrom = 0;
  #dirtyTo = 0;

  constructor(hostOffset: number, bytes: Buffer) {
    this.hostOffset = hostOffset;
    this.bytes = bytes;
  }

  /** Entries. */
  get size(): number {
    return this.bytes.length / L2_ENTRY;
  }

  /** Where the L2 table lies in the file; 0 when there is none. */
  l2Offset(index: number): number {
    return index < this.size ? l2Table.hostOffset(this.bytes, index) : 0;
  }

  /** Whether the L2 table belongs to this L1 table alone. */
  isCopied(index: number): boolean {
    return l2Table.isCopied(this.bytes, index);
  }

  /** Points an entry at an L2 table of its own, or at none (0). */
  set(index: number, l2Offset: number): void {
    if (l2Offset === 0) l2Table.setPlain(this.bytes, index, 'unallocated');
    else l2Table.setData(this.bytes, index, l2Offset);
    this.markDirty(index * L2_ENTRY, (index + 1) * L2_ENTRY);
  }

  /** The table now lies elsewhere in the file, where `bytes` are written already. */
  move(hostOffset: number, bytes: Buffer): void {
    this.hostOffset = hostOffset;
    this.bytes = bytes;
  }

  markDirty(from: number, to: number): void {
    const isClean = this.#dirtyFrom >= this.#dirtyTo;
    this.#dirtyFrom = isClean ? from : Math.min(this.#dirtyFrom, from);
    this.#dirtyTo = isClean ? to : Math.max(this.#dirtyTo, to);
  }

  get isDirty(): boolean {
    return this.#dirtyFrom < this.#dirtyTo;
  }

  /** Copies out what is dirty and counts it as clean. */
  takeDirty(): { hostOffset: number; bytes: Buffer; from: number } | undefined {
    if (!this.isDirty) return undefined;
    const from = this.#dirtyFrom;
    const bytes = Buffer.from(this.bytes.subarray(from, this.#dirtyTo));
    this.#dirtyFrom = this.#dirtyTo = 0;
    return { hostOffset: this.hostOffset + from, bytes, from };
  }
}
