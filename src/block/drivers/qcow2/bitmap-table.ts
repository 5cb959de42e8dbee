import { QapiError } from '../../../qapi/qapi-error.ts';
import { DirtyBitmap } from '../../dirty-bitmap.ts';
import type { DirectoryEntry } from './bitmap-directory.ts';
import { BITMAP_FLAG, bitmapClusters } from './bitmap-directory.ts';
import { clustersFor } from './geometry.ts';
import type { ImageState } from './image-state.ts';

const ENTRY = 8;
/** Entries without a cluster: all bits are 0, all bits are 1. */
const ALL_ZEROES = 0;
const ALL_ONES = 1;

/** Reads one bitmap; one that is in use is known by its name only. @throws QapiError in QEMU's words when it is damaged */
export async function readBitmap(image: ImageState, entry: DirectoryEntry): Promise<DirtyBitmap> {
  const { header, geometry, file } = image;
  const { name, flags, granularityBits } = entry;
  const granularity = 2 ** granularityBits;
  const inconsistent = (flags & BITMAP_FLAG.inUse) !== 0;
  const enabled = (flags & BITMAP_FLAG.auto) !== 0;
  const bitmap = new DirtyBitmap({ name, granularity, length: header.size, persistent: true, enabled, inconsistent });
  if (inconsistent) return bitmap;
  const table = await readTable(image, entry);
  if (table.length !== bitmapClusters(header.size, granularity, geometry)) {
    throw new QapiError(`Could not read bitmap '${name}' from image: Invalid argument`);
  }
  const bytesPerCluster = geometry.clusterSize * 8 * granularity;
  for (const [index, cluster] of table.entries()) {
    const offset = index * bytesPerCluster;
    if (cluster === ALL_ONES) bitmap.add(offset, bytesPerCluster);
    else if (cluster !== ALL_ZEROES) addBits(bitmap, offset, await file.readBytes(cluster, geometry.clusterSize));
  }
  return bitmap;
}

/** Writes a bitmap into new clusters; nothing refers to them yet. */
export async function writeBitmap(image: ImageState, bitmap: DirtyBitmap): Promise<DirectoryEntry> {
  const { geometry, file, allocation } = image;
  const { bits, granularity, isRecording } = bitmap;
  const count = Math.max(1, bitmapClusters(image.header.size, granularity, geometry));
  const table = Buffer.alloc(clustersFor(count * ENTRY, geometry) * geometry.clusterSize);
  const bitsPerCluster = geometry.clusterSize * 8;
  for (let first = bits.next(0); first >= 0;) {
    const index = Math.floor(first / bitsPerCluster);
    const [start, end] = [index * bitsPerCluster, Math.min(bits.size, (index + 1) * bitsPerCluster)];
    if (bits.runEnd(start, end) === end) table.writeUInt32BE(ALL_ONES, index * ENTRY + 4);
    else {
      const { hostOffset } = await allocation.allocate(1);
      await file.write(hostOffset, bitBytes(bitmap, start, end, geometry.clusterSize));
      table.writeBigUInt64BE(BigInt(hostOffset), index * ENTRY);
    }
    first = bits.next(end);
  }
  const { hostOffset: tableOffset } = await allocation.allocateContiguous(table.length / geometry.clusterSize);
  await file.write(tableOffset, table);
  const flags = isRecording ? BITMAP_FLAG.auto : 0;
  return { name: bitmap.name as string, tableOffset, tableSize: count, flags, granularityBits: Math.log2(granularity) };
}

/** The places of a bitmap in the file, in bytes: its table and the clusters of its bits. @throws QapiError when the table is damaged */
export async function bitmapPlaces(image: ImageState, entry: DirectoryEntry): Promise<{ offset: number; length: number }[]> {
  const clusters = (await readTable(image, entry)).filter((cluster) => cluster > ALL_ONES);
  const { clusterSize } = image.geometry;
  return [{ offset: entry.tableOffset, length: entry.tableSize * ENTRY }, ...clusters.map((offset) => ({ offset, length: clusterSize }))];
}

async function readTable({ file, geometry }: ImageState, { name, tableOffset, tableSize }: DirectoryEntry): Promise<number[]> {
  const bytes = await file.readBytes(tableOffset, tableSize * ENTRY);
  return Array.from({ length: tableSize }, (_, index) => {
    const entry = Number(bytes.readBigUInt64BE(index * ENTRY));
    const isSound = entry <= ALL_ONES || (entry % geometry.clusterSize === 0 && entry < file.length);
    if (isSound) return entry;
    throw new QapiError(`Could not read bitmap_table table from image for bitmap '${name}': Invalid argument`);
  });
}

/** Bit 0 is the lowest of the first byte. */
function addBits(bitmap: DirtyBitmap, offset: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length * 8;) {
    if (at % 8 === 0 && bytes[at / 8] === 0) at += 8;
    else {
      let end = at;
      while (end < bytes.length * 8 && isSet(bytes, end)) end++;
      if (end > at) bitmap.add(offset + at * bitmap.granularity, (end - at) * bitmap.granularity);
      at = end + 1;
    }
  }
}

const isSet = (bytes: Buffer, bit: number): boolean => ((bytes[bit >>> 3] as number) & (1 << (bit & 7))) !== 0;

function bitBytes({ bits }: DirtyBitmap, start: number, end: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (const [from, to] of bits.runs(start, end)) {
    for (let bit = from - start; bit < to - start; bit++) bytes[bit >>> 3] = (bytes[bit >>> 3] as number) | (1 << (bit & 7));
  }
  return bytes;
}
