import type { WriteOptions } from '../../driver.ts';
import type { ClusterRun } from './cluster-allocation.ts';
import type { WriteRun } from './find-write-run.ts';
import { findWriteRun } from './find-write-run.ts';
import type { ImageState } from './image-state.ts';
import { guestClusters } from './image-state.ts';
import { joinWork } from './join-work.ts';
import { linkData } from './link-clusters.ts';
import { readHeld, readsAsZero } from './read.ts';
import { writeCompressedHeld } from './write-compressed.ts';

/** Pieces up to this size are put together in memory, to be written at once with the old bytes around them. */
const MERGE_BYTES = 256 * 1024;

/** Writes guest bytes at `offset`. */
export async function write(image: ImageState, offset: number, from: Buffer, options: WriteOptions = {}): Promise<void> {
  const { first, last } = guestClusters(image.geometry, offset, from.length);
  let hold = await image.locks.acquire(first, last, options.compressed === true ? 'exclusive' : 'shared');
  try {
    if (options.compressed === true) await writeCompressedHeld(image, offset, from);
    else if (!(await writeInPlace(image, offset, from))) {
      hold.release();
      hold = await image.locks.acquire(first, last, 'exclusive');
      await writeHeld(image, offset, from);
    }
  } finally {
    hold.release();
  }
  await image.writeBack.relieve();
}

/** Writes when all of it goes into clusters that this image alone owns; otherwise writes nothing and says false. */
async function writeInPlace(image: ImageState, offset: number, from: Buffer): Promise<boolean> {
  const runs: WriteRun[] = [];
  for (let at = 0; at < from.length;) {
    const run = await findWriteRun(image, offset + at, from.length - at);
    if (run.kind !== 'in-place') return false;
    runs.push(run);
    at += run.length;
  }
  await joinWork(async (start) => {
    let at = 0;
    for (const run of runs) {
      start(writeData(image, run.hostOffset, from.subarray(at, at + run.length)));
      at += run.length;
    }
  });
  return true;
}

/** Writes for a caller that holds the clusters exclusively. */
export async function writeHeld(image: ImageState, offset: number, from: Buffer): Promise<void> {
  await joinWork(async (start) => {
    for (let at = 0; at < from.length;) {
      const run = await findWriteRun(image, offset + at, from.length - at);
      const rest = from.subarray(at, at + run.length);
      at += run.kind === 'allocate' ? await writeAllocating(image, offset + at, rest, start) : rest.length;
      if (run.kind === 'in-place') start(writeData(image, run.hostOffset, rest));
      else if (run.kind === 'reserved') start(fillReserved(image, run.hostOffset, offset + at - rest.length, rest));
    }
  });
}

/** Allocates as much as the file has in one piece, starts writing there, and returns how many bytes of `from` that takes. */
async function writeAllocating(image: ImageState, offset: number, from: Buffer, start: (work: Promise<void>) => void): Promise<number> {
  const { clusterSize } = image.geometry;
  const { first, last } = guestClusters(image.geometry, offset, from.length);
  const run = await image.allocation.allocate(last - first + 1, 'data cluster');
  const data = from.subarray(0, Math.min(from.length, (first + run.count) * clusterSize - offset));
  start(fillAllocated(image, run, offset, data));
  return data.length;
}

async function fillAllocated(image: ImageState, run: ClusterRun, offset: number, data: Buffer): Promise<void> {
  const { clusterSize } = image.geometry;
  try {
    await checkOverlap(image, run.hostOffset + (offset % clusterSize), data.length);
    await checkOverlap(image, run.hostOffset, run.count * clusterSize);
    await fill(image, run, offset, data);
    await linkData(image, run, Math.floor(offset / image.geometry.clusterSize));
  } catch (error) {
    await image.release.release(run.hostOffset / clusterSize, run.count);
    throw error;
  }
}

async function fillReserved(image: ImageState, hostOffset: number, offset: number, data: Buffer): Promise<void> {
  const { clusterSize } = image.geometry;
  const { first, last } = guestClusters(image.geometry, offset, data.length);
  const run = { hostOffset: hostOffset - (hostOffset % clusterSize), count: last - first + 1, isPristine: false };
  await checkOverlap(image, hostOffset, data.length);
  await checkOverlap(image, run.hostOffset, run.count * clusterSize);
  await fill(image, run, offset, data);
  await linkData(image, run, first);
}

/** Writes data into new clusters, with the old bytes around it where it does not fill them. */
async function fill(image: ImageState, run: ClusterRun, offset: number, data: Buffer): Promise<void> {
  if (image.file.raise !== undefined) await image.file.raise('write_aio');
  const span = run.count * image.geometry.clusterSize;
  const head = offset % image.geometry.clusterSize;
  const tail = span - head - data.length;
  if (head === 0 && tail === 0) return image.file.write(run.hostOffset, data);
  const end = offset + data.length;
  const [before, after] = await Promise.all([oldBytes(image, offset - head, head), oldBytes(image, end, tail)]);
  const isOld = before !== undefined || after !== undefined;
  if (!isOld && run.isPristine) return image.file.write(run.hostOffset + head, data);
  if (isOld && image.file.raise !== undefined) await image.file.raise('cow_write');
  if (span <= MERGE_BYTES) {
    const pieces = [before ?? Buffer.alloc(head), data, after ?? Buffer.alloc(tail)];
    return image.file.write(run.hostOffset, Buffer.concat(pieces, span));
  }
  await joinWork(async (start) => {
    start(image.file.write(run.hostOffset + head, data));
    if (head > 0) start(writeOrZero(image, run.hostOffset, head, before));
    if (tail > 0) start(writeOrZero(image, run.hostOffset + span - tail, tail, after));
  });
}

function writeOrZero(image: ImageState, hostOffset: number, length: number, bytes: Buffer | undefined): Promise<void> {
  return bytes === undefined ? image.file.writeZeroes(hostOffset, length) : image.file.write(hostOffset, bytes);
}

/** What the guest sees at `offset`; undefined when that is all zero. Bytes beyond the disk's end are zero. */
async function oldBytes(image: ImageState, offset: number, length: number): Promise<Buffer | undefined> {
  const inside = Math.max(0, Math.min(length, image.header.size - offset));
  if (inside === 0 || (await readsAsZero(image, offset, inside))) return undefined;
  if (image.file.raise !== undefined) await image.file.raise('cow_read');
  const bytes = Buffer.alloc(length);
  await readHeld(image, offset, bytes.subarray(0, inside));
  return bytes;
}

async function writeData(image: ImageState, hostOffset: number, from: Buffer): Promise<void> {
  await checkOverlap(image, hostOffset, from.length);
  if (image.file.raise !== undefined) await image.file.raise('write_aio');
  await image.file.write(hostOffset, from);
}

/** @throws IoError when a write would hit metadata; the image is marked corrupt then */
export async function checkOverlap(image: ImageState, offset: number, length: number): Promise<void> {
  const hit = image.overlap.find(offset, length);
  if (hit === undefined) return;
  throw await image.corruption.overlap(hit, offset, length);
}
