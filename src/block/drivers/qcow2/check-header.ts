import zlib from 'node:zlib';
import { QapiError } from '../../../qapi/qapi-error.ts';
import { geometryOf, l1EntriesFor } from './geometry.ts';
import type { FeatureName } from './header-extensions.ts';
import { KNOWN_FEATURE_NAMES, parseHeaderExtensions } from './header-extensions.ts';
import type { Header } from './header.ts';
import { INCOMPATIBLE, MAGIC, V3_HEADER_LENGTH, V3_MINIMUM_HEADER_LENGTH, parseHeader } from './header.ts';

const MAX_REFCOUNT_TABLE_BYTES = 8 * 2 ** 20;
const MAX_L1_BYTES = 32 * 2 ** 20;
const MAX_SNAPSHOTS = 65536;
/** Bytes of one snapshot table entry without its variable part. */
const SNAPSHOT_ENTRY = 40;
const MAX_BACKING_NAME = 1023;
const MAX_INT = 2 ** 31 - 1;
const SUPPORTED = INCOMPATIBLE.dirty | INCOMPATIBLE.corrupt | INCOMPATIBLE.compressionType;

/** The most L1 entries that QEMU reads. */
export const MAX_L1_ENTRIES = MAX_L1_BYTES / 8;

/** Whether this Node can read and write zstd (the compression type 1). */
export const hasZstd = 'zstdDecompress' in zlib;

/**
 * Reads the header out of an image's first bytes and checks what can be checked without reading more.
 * `head` holds 2 MiB or the whole file, whichever is less; what is beyond its end counts as zero.
 * @throws QapiError in QEMU's words
 */
export function readHeader(head: Buffer, readOnly: boolean): { header: Header; firstCluster: Buffer } {
  const start = padded(head, V3_HEADER_LENGTH);
  checkStart(start);
  const clusterSize = 2 ** start.readUInt32BE(20);
  const firstCluster = padded(head, clusterSize);
  checkHeaderLength(start, clusterSize);
  const header = parseHeader(firstCluster);
  if (header.backingFileOffset > clusterSize) throw new QapiError('Invalid backing file offset');
  checkFeatures(header, firstCluster, readOnly);
  if (header.refcountOrder > 6) throw new QapiError('Reference count entry width too large; may not exceed 64 bits');
  checkEncryption(header);
  checkTables(header);
  return { header, firstCluster };
}

/** The part of the first cluster where header extensions may lie. */
export function extensionsEnd(header: Header): number {
  return header.backingFileOffset === 0 ? 2 ** header.clusterBits : header.backingFileOffset;
}

/** The backing file's name as stored in the image. */
export function readBackingName(header: Header, firstCluster: Buffer): string | undefined {
  if (header.backingFileOffset === 0) return undefined;
  const length = header.backingFileSize;
  if (length > Math.min(MAX_BACKING_NAME, firstCluster.length - header.backingFileOffset)) throw new QapiError('Backing file name too long');
  const name = firstCluster.toString('utf8', header.backingFileOffset, header.backingFileOffset + length);
  const zero = name.indexOf('\0');
  return zero === -1 ? name : name.slice(0, zero);
}

function padded(bytes: Buffer, length: number): Buffer {
  return bytes.length >= length ? bytes.subarray(0, length) : Buffer.concat([bytes, Buffer.alloc(length - bytes.length)]);
}

function checkStart(start: Buffer): void {
  if (start.readUInt32BE(0) !== MAGIC) throw new QapiError('Image is not in qcow2 format');
  const version = start.readUInt32BE(4);
  if (version < 2 || version > 3) throw new QapiError(`Unsupported qcow2 version ${version}`);
  const clusterBits = start.readUInt32BE(20);
  if (clusterBits < 9 || clusterBits > 21) throw new QapiError(`Unsupported cluster size: 2^${clusterBits}`);
}

function checkHeaderLength(start: Buffer, clusterSize: number): void {
  if (start.readUInt32BE(4) === 2) return;
  const length = start.readUInt32BE(100);
  if (length < V3_MINIMUM_HEADER_LENGTH) throw new QapiError('qcow2 header too short');
  if (length > clusterSize) throw new QapiError('qcow2 header exceeds cluster size');
}

function checkFeatures(header: Header, firstCluster: Buffer, readOnly: boolean): void {
  const unsupported = header.incompatibleFeatures & ~SUPPORTED;
  if (unsupported !== 0n) {
    const { featureNames } = parseHeaderExtensions(firstCluster, header.headerLength, extensionsEnd(header));
    throw new QapiError(`Unsupported qcow2 feature(s): ${describeFeatures(unsupported, featureNames)}`);
  }
  checkCompressionType(header);
  if ((header.incompatibleFeatures & INCOMPATIBLE.corrupt) !== 0n && !readOnly) {
    throw new QapiError('qcow2: Image is corrupt; cannot be opened read/write');
  }
}

/** Names each bit from the image's own table, or from what this driver knows of bits it has no code for. */
function describeFeatures(bits: bigint, table: readonly FeatureName[]): string {
  const names: string[] = [];
  let rest = bits;
  for (const { kind, bit, name } of [...table, ...KNOWN_FEATURE_NAMES]) {
    if (kind !== 0 || bit > 63 || (rest & (1n << BigInt(bit))) === 0n) continue;
    names.push(name);
    rest &= ~(1n << BigInt(bit));
  }
  if (rest !== 0n) names.push(`Unknown incompatible feature: ${rest.toString(16)}`);
  return names.join(', ');
}

function checkCompressionType(header: Header): void {
  const bit = (header.incompatibleFeatures & INCOMPATIBLE.compressionType) !== 0n;
  const type = header.compressionType;
  if (type > 1 || (type === 1 && !hasZstd)) throw new QapiError(`qcow2: unknown compression type: ${type}`);
  if (type === 0 && bit) throw new QapiError('qcow2: Compression type incompatible feature bit must not be set');
  if (type !== 0 && !bit) throw new QapiError('qcow2: Compression type incompatible feature bit must be set');
}

function checkEncryption(header: Header): void {
  if (header.cryptMethod === 1) throw new QapiError('Use of AES-CBC encrypted qcow2 images is no longer supported in system emulators');
  if (header.cryptMethod !== 0) throw new QapiError(`Unsupported encryption method ${header.cryptMethod}`);
}

function checkTables(header: Header): void {
  const geometry = geometryOf(header);
  const { clusterSize } = geometry;
  if (header.refcountTableClusters === 0) throw new QapiError('Image does not contain a reference count table');
  const table = (offset: number, entries: number, entryBytes: number, maxBytes: number): TableBounds =>
    ({ offset, entries, entryBytes, maxBytes, clusterSize });
  checkTable('Reference count table', table(header.refcountTableOffset, header.refcountTableClusters * (clusterSize / 8), 8, MAX_REFCOUNT_TABLE_BYTES));
  checkTable('Snapshot table', table(header.snapshotsOffset, header.snapshotCount, SNAPSHOT_ENTRY, SNAPSHOT_ENTRY * MAX_SNAPSHOTS));
  checkTable('Active L1 table', table(header.l1TableOffset, header.l1Size, 8, MAX_L1_BYTES));
  const needed = l1EntriesFor(header.size, geometry);
  if (needed > MAX_INT || header.size > Number.MAX_SAFE_INTEGER) throw new QapiError('Image is too big');
  if (header.l1Size < needed) throw new QapiError('L1 table is too small');
}

interface TableBounds {
  readonly offset: number;
  readonly entries: number;
  readonly entryBytes: number;
  readonly maxBytes: number;
  readonly clusterSize: number;
}

/** Checks a table's place and size as the header, or a snapshot, gives it. */
export function checkTable(name: string, { offset, entries, entryBytes, maxBytes, clusterSize }: TableBounds): void {
  if (entries > maxBytes / entryBytes) throw new QapiError(`${name} too large`);
  if (offset > Number.MAX_SAFE_INTEGER - entries * entryBytes || offset % clusterSize !== 0) throw new QapiError(`${name} offset invalid`);
}
