/** What an L2 entry says of a guest cluster. 'reserved' is a zero cluster that has a host cluster. */
export type ClusterKind = 'unallocated' | 'zero' | 'reserved' | 'data' | 'compressed';

const COPIED = 0x80000000;
const COMPRESSED = 0x40000000;
const OFFSET_HIGH = 0x00ffffff;
const ZERO = 1;
const TWO_32 = 2 ** 32;

/** The bytes of one L2 entry. */
export const L2_ENTRY = 8;

/** Views L2 entries in a table's bytes. "Copied" says that the host cluster belongs to this entry alone. */
export const l2Table = {
  kind(bytes: Buffer, index: number): ClusterKind {
    const high = bytes.readUInt32BE(index * L2_ENTRY);
    if ((high & COMPRESSED) !== 0) return 'compressed';
    const low = bytes.readUInt32BE(index * L2_ENTRY + 4);
    const isAllocated = (high & OFFSET_HIGH) !== 0 || low >= 512;
    if ((low & ZERO) !== 0) return isAllocated ? 'reserved' : 'zero';
    return isAllocated ? 'data' : 'unallocated';
  },

  /** Host offset in bytes of a 'data' or 'reserved' cluster (bits 9 to 55). */
  hostOffset(bytes: Buffer, index: number): number {
    const high = bytes.readUInt32BE(index * L2_ENTRY) & OFFSET_HIGH;
    const low = bytes.readUInt32BE(index * L2_ENTRY + 4);
    return high * TWO_32 + (low - (low % 512));
  },

  isCopied(bytes: Buffer, index: number): boolean {
    return (bytes.readUInt32BE(index * L2_ENTRY) & COPIED) !== 0;
  },

  raw(bytes: Buffer, index: number): bigint {
    return bytes.readBigUInt64BE(index * L2_ENTRY);
  },

  setData(bytes: Buffer, index: number, hostOffset: number): void {
    bytes.writeUInt32BE((Math.floor(hostOffset / TWO_32) | COPIED) >>> 0, index * L2_ENTRY);
    bytes.writeUInt32BE(hostOffset % TWO_32, index * L2_ENTRY + 4);
  },

  /** Sets the zero flag and keeps the host cluster. */
  setZeroFlag(bytes: Buffer, index: number): void {
    bytes.writeUInt32BE((bytes.readUInt32BE(index * L2_ENTRY + 4) | ZERO) >>> 0, index * L2_ENTRY + 4);
  },

  setCopied(bytes: Buffer, index: number, isCopied: boolean): void {
    const high = bytes.readUInt32BE(index * L2_ENTRY);
    bytes.writeUInt32BE((isCopied ? high | COPIED : high & ~COPIED) >>> 0, index * L2_ENTRY);
  },

  setPlain(bytes: Buffer, index: number, kind: 'unallocated' | 'zero'): void {
    bytes.writeUInt32BE(0, index * L2_ENTRY);
    bytes.writeUInt32BE(kind === 'zero' ? ZERO : 0, index * L2_ENTRY + 4);
  },

  setRaw(bytes: Buffer, index: number, entry: bigint): void {
    bytes.writeBigUInt64BE(entry, index * L2_ENTRY);
  },
} as const;
