/** "QFI\xfb". */
export const MAGIC = 0x514649fb;
export const V2_HEADER_LENGTH = 72;
/** The shortest version 3 header: without the compression type. */
export const V3_MINIMUM_HEADER_LENGTH = 104;
/** The version 3 header with every field that this driver knows. */
export const V3_HEADER_LENGTH = 112;

/** Incompatible feature bits. */
export const INCOMPATIBLE = { dirty: 1n << 0n, corrupt: 1n << 1n, dataFile: 1n << 2n, compressionType: 1n << 3n, extendedL2: 1n << 4n } as const;
/** Compatible feature bits. */
export const COMPATIBLE = { lazyRefcounts: 1n << 0n } as const;

/** Autoclear feature bits: a program that does not know one clears it when it changes the image. */
export const AUTOCLEAR = { bitmaps: 1n << 0n } as const;

/** Byte offsets of the header fields that are rewritten one by one. */
export const FIELD = {
  size: 24, l1Size: 36, l1TableOffset: 40, refcountTableOffset: 48, snapshotCount: 60, incompatibleFeatures: 72, autoclearFeatures: 88,
} as const;

/** The header's fields under the specification's names; offsets and sizes in bytes. */
export interface Header {
  version: 2 | 3;
  backingFileOffset: number;
  backingFileSize: number;
  clusterBits: number;
  size: number;
  cryptMethod: number;
  /** Entries in the active L1 table. */
  l1Size: number;
  l1TableOffset: number;
  refcountTableOffset: number;
  refcountTableClusters: number;
  snapshotCount: number;
  snapshotsOffset: number;
  incompatibleFeatures: bigint;
  compatibleFeatures: bigint;
  autoclearFeatures: bigint;
  refcountOrder: number;
  headerLength: number;
  compressionType: number;
  /** Fields beyond those known here, kept as they are. */
  unknownFields: Buffer;
}

/** Decodes the fields of a header whose magic and version are known to be right; `bytes` holds the first cluster. */
export function parseHeader(bytes: Buffer): Header {
  const version = bytes.readUInt32BE(4) === 2 ? 2 : 3;
  const headerLength = version === 2 ? V2_HEADER_LENGTH : bytes.readUInt32BE(100);
  const u64 = (offset: number): number => Number(bytes.readBigUInt64BE(offset));
  const v3 = version === 3;
  return {
    version,
    backingFileOffset: u64(8),
    backingFileSize: bytes.readUInt32BE(16),
    clusterBits: bytes.readUInt32BE(20),
    size: u64(FIELD.size),
    cryptMethod: bytes.readUInt32BE(32),
    l1Size: bytes.readUInt32BE(FIELD.l1Size),
    l1TableOffset: u64(FIELD.l1TableOffset),
    refcountTableOffset: u64(FIELD.refcountTableOffset),
    refcountTableClusters: bytes.readUInt32BE(56),
    snapshotCount: bytes.readUInt32BE(60),
    snapshotsOffset: u64(64),
    incompatibleFeatures: v3 ? bytes.readBigUInt64BE(FIELD.incompatibleFeatures) : 0n,
    compatibleFeatures: v3 ? bytes.readBigUInt64BE(80) : 0n,
    autoclearFeatures: v3 ? bytes.readBigUInt64BE(FIELD.autoclearFeatures) : 0n,
    refcountOrder: v3 ? bytes.readUInt32BE(96) : 4,
    headerLength,
    compressionType: v3 && headerLength > V3_MINIMUM_HEADER_LENGTH ? bytes.readUInt8(104) : 0,
    unknownFields: headerLength > V3_HEADER_LENGTH ? Buffer.from(bytes.subarray(V3_HEADER_LENGTH, headerLength)) : Buffer.alloc(0),
  };
}

/** Encodes the fixed part of a header, `headerLength` bytes of it. */
export function formatHeader(header: Header): Buffer {
  const length = header.version === 2 ? V2_HEADER_LENGTH : V3_HEADER_LENGTH;
  const bytes = Buffer.alloc(length);
  bytes.writeUInt32BE(MAGIC, 0);
  bytes.writeUInt32BE(header.version, 4);
  bytes.writeBigUInt64BE(BigInt(header.backingFileOffset), 8);
  bytes.writeUInt32BE(header.backingFileSize, 16);
  bytes.writeUInt32BE(header.clusterBits, 20);
  bytes.writeBigUInt64BE(BigInt(header.size), FIELD.size);
  bytes.writeUInt32BE(header.cryptMethod, 32);
  bytes.writeUInt32BE(header.l1Size, FIELD.l1Size);
  bytes.writeBigUInt64BE(BigInt(header.l1TableOffset), FIELD.l1TableOffset);
  bytes.writeBigUInt64BE(BigInt(header.refcountTableOffset), FIELD.refcountTableOffset);
  bytes.writeUInt32BE(header.refcountTableClusters, 56);
  bytes.writeUInt32BE(header.snapshotCount, 60);
  bytes.writeBigUInt64BE(BigInt(header.snapshotsOffset), 64);
  if (header.version === 2) return bytes;
  bytes.writeBigUInt64BE(header.incompatibleFeatures, FIELD.incompatibleFeatures);
  bytes.writeBigUInt64BE(header.compatibleFeatures, 80);
  bytes.writeBigUInt64BE(header.autoclearFeatures, FIELD.autoclearFeatures);
  bytes.writeUInt32BE(header.refcountOrder, 96);
  bytes.writeUInt32BE(length + header.unknownFields.length, 100);
  bytes.writeUInt8(header.compressionType, 104);
  return Buffer.concat([bytes, header.unknownFields]);
}
