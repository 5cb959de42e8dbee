import { IoError } from '../../io-error.ts';
import { compress, formatCompressedEntry } from './compressed.ts';
import type { ImageState } from './image-state.ts';
import { joinWork } from './join-work.ts';
import { changeEntries, dropEntry } from './link-clusters.ts';
import { l2Table } from './l2-table.ts';
import { checkOverlap, writeHeld } from './write.ts';

/** Writes whole clusters packed; those that packing does not make smaller are written plainly. For a caller that holds the clusters. */
export async function writeCompressedHeld(image: ImageState, offset: number, from: Buffer): Promise<void> {
  const { clusterSize } = image.geometry;
  await joinWork(async (start) => {
    for (let at = 0; at < from.length; at += clusterSize) {
      start(writeCluster(image, offset + at, from.subarray(at, at + clusterSize)));
    }
  });
}

async function writeCluster(image: ImageState, offset: number, data: Buffer): Promise<void> {
  const { clusterSize } = image.geometry;
  if (offset % clusterSize !== 0) return writeHeld(image, offset, data);
  const cluster = data.length === clusterSize ? data : Buffer.concat([data, Buffer.alloc(clusterSize - data.length)]);
  const packed = await compress(cluster, image.header.compressionType);
  if (packed === undefined) return writeHeld(image, offset, data);
  // As in QEMU: only what has no place in the file can become compressed.
  if (await isPlaced(image, offset)) throw new IoError('EIO', 'write', { offset });
  const { raise } = image.file;
  if (raise !== undefined) await raise('cluster_alloc_bytes');
  const hostOffset = await image.compressedSpace.allocate(packed.length);
  try {
    await checkOverlap(image, hostOffset, packed.length);
    if (raise !== undefined) await raise('write_compressed');
    await image.file.write(hostOffset, packed);
  } catch (error) {
    // Each host cluster that the bytes touch has been counted once for them.
    const [first, last] = [hostOffset, hostOffset + packed.length - 1].map((at) => Math.floor(at / clusterSize)) as [number, number];
    await image.release.release(first, last - first + 1);
    throw error;
  }
  const entry = formatCompressedEntry(hostOffset, packed.length, image.geometry);
  await changeEntries(image, offset / clusterSize, 1, (bytes, index) => {
    dropEntry(image, { bytes, index }, 'other');
    l2Table.setRaw(bytes, index, entry);
  });
}

/** Whether the cluster at guest `offset` has a place in the file. */
async function isPlaced({ map, geometry: { l2Coverage, clusterSize } }: ImageState, offset: number): Promise<boolean> {
  const l1Index = Math.floor(offset / l2Coverage);
  for (;;) {
    const table = map.peek(l1Index);
    if (table === 'absent') return false;
    if (table === undefined) await map.load(l1Index);
    else {
      const index = Math.floor((offset % l2Coverage) / clusterSize);
      return l2Table.kind(table.bytes, index) === 'compressed' || l2Table.hostOffset(table.bytes, index) !== 0;
    }
  }
}
