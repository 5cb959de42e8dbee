import { QapiError } from '../../../qapi/qapi-error.ts';
import type { Geometry } from './geometry.ts';
import type { Header } from './header.ts';
import { AUTOCLEAR } from './header.ts';
import { BITMAPS_LENGTH } from './header-extensions.ts';
import type { HeaderExtensions } from './header-extensions.ts';
import type { ImageFile } from './image-file.ts';

/** Bytes of an entry before its name. */
const FIXED = 24;
const MAX_BITMAPS = 65535;
const MAX_NAME = 1023;
/** Entries; QEMU holds a table in memory. */
const MAX_TABLE = 0x8000000;
const MAX_BITMAP_BYTES = 0x20000000;
/** As many bitmaps as there may be, with names as long as they may be. */
const MAX_DIRECTORY_BYTES = MAX_BITMAPS * 1024;
const MIN_GRANULARITY_BITS = 9;
const MAX_GRANULARITY_BITS = 31;
/** The only type: notes where the disk was written to. */
const DIRTY_TRACKING = 1;

/** Bits of an entry's flags. */
export const BITMAP_FLAG = { inUse: 1, auto: 2 } as const;
const KNOWN_FLAGS = 7;

/** One bitmap as the directory has it. */
export interface DirectoryEntry {
  readonly name: string;
  readonly tableOffset: number;
  /** Entries. */
  readonly tableSize: number;
  readonly flags: number;
  readonly granularityBits: number;
}

/** Where the directory lies in the file, in bytes, and what is in it. */
export interface BitmapDirectory {
  readonly offset: number;
  readonly length: number;
  readonly entries: readonly DirectoryEntry[];
}

export const NO_BITMAPS: BitmapDirectory = { offset: 0, length: 0, entries: [] };

/** How many clusters of bits a bitmap of this granularity takes for a disk of this size. */
export function bitmapClusters(size: number, granularity: number, { clusterSize }: Pick<Geometry, 'clusterSize'>): number {
  return Math.ceil(Math.ceil(size / granularity) / (clusterSize * 8));
}

/** Why QEMU would not read a bitmap like this, in its words. */
export function refusal(wanted: { name: string; granularity: number }, size: number, geometry: Geometry): string | undefined {
  const { name, granularity } = wanted;
  if (granularity < 2 ** MIN_GRANULARITY_BITS) return `Granularity is under minimum (${2 ** MIN_GRANULARITY_BITS} bytes)`;
  if (granularity > 2 ** MAX_GRANULARITY_BITS) return `Granularity exceeds maximum (${2 ** MAX_GRANULARITY_BITS} bytes)`;
  if (Buffer.byteLength(name) > MAX_NAME) return `Name length exceeds maximum (${MAX_NAME} characters)`;
  return isTooBig(size, granularity, geometry) ? 'Too much space will be occupied by the bitmap. Use larger granularity' : undefined;
}

/**
 * Reads and checks the directory. An image that was changed by a program without bitmaps has none: its autoclear bit is off.
 * @throws QapiError in QEMU's words when it is damaged
 */
export async function readBitmapDirectory(
  file: ImageFile, header: Header, extension: HeaderExtensions['bitmaps'], geometry: Geometry,
): Promise<BitmapDirectory> {
  if (extension === undefined || (header.autoclearFeatures & AUTOCLEAR.bitmaps) === 0n) return NO_BITMAPS;
  const { count, length, offset } = parseExtension(extension, geometry);
  const bytes = await file.readBytes(offset, length);
  const entries: DirectoryEntry[] = [];
  for (let at = 0; at < length;) {
    const end = at + entryLength(bytes, at);
    if (end > length) throw new QapiError('Broken bitmap directory');
    if (entries.length === count) throw new QapiError('More bitmaps found than specified in header extension');
    entries.push(parseEntry(bytes.subarray(at, end), header.size, geometry));
    at = end;
  }
  if (entries.length < count) throw new QapiError('Less bitmaps found than specified in header extension');
  return { offset, length, entries };
}

/** Encodes the directory. */
export function formatDirectory(entries: readonly DirectoryEntry[]): Buffer {
  return Buffer.concat(entries.map(formatEntry));
}

/** Encodes the header extension that leads to the directory; undefined when there are no bitmaps. */
export function formatExtension({ offset, length, entries }: BitmapDirectory): Buffer | undefined {
  if (entries.length === 0) return undefined;
  const bytes = Buffer.alloc(BITMAPS_LENGTH);
  bytes.writeUInt32BE(entries.length, 0);
  bytes.writeBigUInt64BE(BigInt(length), 8);
  bytes.writeBigUInt64BE(BigInt(offset), 16);
  return bytes;
}

function parseExtension(bytes: Buffer, { clusterSize }: Geometry): { count: number; length: number; offset: number } {
  const count = bytes.readUInt32BE(0);
  if (count > MAX_BITMAPS) {
    throw new QapiError(`bitmaps_ext: Image has ${count} bitmaps, exceeding the QEMU supported maximum of ${MAX_BITMAPS}`);
  }
  if (count === 0) throw new QapiError('found bitmaps extension with zero bitmaps');
  if (bytes.readUInt32BE(4) !== 0) throw new QapiError('bitmaps_ext: Reserved field is not zero');
  const offset = bytes.readBigUInt64BE(16);
  if (offset % BigInt(clusterSize) !== 0n || offset > Number.MAX_SAFE_INTEGER) throw new QapiError('bitmaps_ext: invalid bitmap directory offset');
  const length = bytes.readBigUInt64BE(8);
  if (length > MAX_DIRECTORY_BYTES) {
    throw new QapiError(`bitmaps_ext: bitmap directory size (${length}) exceeds the maximum supported size (${MAX_DIRECTORY_BYTES})`);
  }
  if (length === 0n) throw new QapiError('Requested bitmap directory size is zero');
  return { count, length: Number(length), offset: Number(offset) };
}

function entryLength(bytes: Buffer, at: number): number {
  if (at + FIXED > bytes.length) return FIXED;
  return Math.ceil((FIXED + bytes.readUInt32BE(at + 20) + bytes.readUInt16BE(at + 18)) / 8) * 8;
}

function parseEntry(bytes: Buffer, size: number, geometry: Geometry): DirectoryEntry {
  if (bytes.readUInt32BE(20) !== 0) throw new QapiError('Bitmap extra data is not supported');
  const entry = {
    name: bytes.toString('utf8', FIXED, FIXED + bytes.readUInt16BE(18)),
    tableOffset: Number(bytes.readBigUInt64BE(0)), tableSize: bytes.readUInt32BE(8), flags: bytes.readUInt32BE(12),
    granularityBits: bytes.readUInt8(17),
  };
  if (!isSound(entry, bytes.readUInt8(16), size, geometry)) throw new QapiError(`Bitmap '${entry.name}' doesn't satisfy the constraints`);
  return entry;
}

function isSound({ name, tableOffset, tableSize, flags, granularityBits }: DirectoryEntry, type: number, size: number, geometry: Geometry): boolean {
  const isPlaced = tableSize > 0 && tableSize <= MAX_TABLE && tableOffset > 0 && tableOffset % geometry.clusterSize === 0
    && tableOffset <= Number.MAX_SAFE_INTEGER && tableSize * geometry.clusterSize <= MAX_BITMAP_BYTES;
  const isKnown = type === DIRTY_TRACKING && (flags & ~KNOWN_FLAGS) === 0 && name !== '' && Buffer.byteLength(name) <= MAX_NAME;
  if (!isPlaced || !isKnown || granularityBits < MIN_GRANULARITY_BITS || granularityBits > MAX_GRANULARITY_BITS) return false;
  // What is in use is not read, and may be left from before the disk changed its size.
  return (flags & BITMAP_FLAG.inUse) !== 0 || !isTooBig(size, 2 ** granularityBits, geometry);
}

function isTooBig(size: number, granularity: number, geometry: Geometry): boolean {
  const clusters = bitmapClusters(size, granularity, geometry);
  return clusters > MAX_TABLE || clusters * geometry.clusterSize > MAX_BITMAP_BYTES;
}

function formatEntry({ name, tableOffset, tableSize, flags, granularityBits }: DirectoryEntry): Buffer {
  const nameBytes = Buffer.from(name);
  const bytes = Buffer.alloc(Math.ceil((FIXED + nameBytes.length) / 8) * 8);
  bytes.writeBigUInt64BE(BigInt(tableOffset), 0);
  bytes.writeUInt32BE(tableSize, 8);
  bytes.writeUInt32BE(flags, 12);
  bytes.writeUInt8(DIRTY_TRACKING, 16);
  bytes.writeUInt8(granularityBits, 17);
  bytes.writeUInt16BE(nameBytes.length, 18);
  nameBytes.copy(bytes, FIXED);
  return bytes;
}
