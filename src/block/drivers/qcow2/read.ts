import type { CompressedPlace } from './compressed.ts';
import { decompress, parseCompressedEntry } from './compressed.ts';
import type { GuestRun } from './find-run.ts';
import { findRun } from './find-run.ts';
import type { ImageState } from './image-state.ts';
import { guestClusters } from './image-state.ts';
import { joinWork } from './join-work.ts';

/** Reads guest bytes at `offset` into all of `into`. */
export async function read(image: ImageState, offset: number, into: Buffer): Promise<void> {
  const { first, last } = guestClusters(image.geometry, offset, into.length);
  const hold = await image.locks.acquire(first, last, 'shared');
  try {
    await readHeld(image, offset, into);
  } finally {
    hold.release();
  }
  if (image.l2.isOverLimit) await image.writeBack.relieve();
}

/** The same for a caller that holds the clusters. */
export async function readHeld(image: ImageState, offset: number, into: Buffer): Promise<void> {
  const run = await findRun(image, offset, into.length);
  if (run.length === into.length) return readRun(image, run, offset, into);
  await joinWork(async (start) => {
    start(readRun(image, run, offset, into.subarray(0, run.length)));
    for (let at = run.length; at < into.length;) {
      const next = await findRun(image, offset + at, into.length - at);
      start(readRun(image, next, offset + at, into.subarray(at, at + next.length)));
      at += next.length;
    }
  });
}

async function readRun(image: ImageState, run: GuestRun, offset: number, into: Buffer): Promise<void> {
  switch (run.kind) {
    case 'data':
      if (image.file.raise !== undefined) await image.file.raise('read_aio');
      return image.file.read(run.hostOffset, into);
    case 'compressed':
      return readCompressed(image, parseCompressedEntry(run.entry, image.geometry), offset % image.geometry.clusterSize, into);
    case 'unallocated':
      return readBacking(image, offset, into);
    case 'zero':
    case 'reserved':
      into.fill(0);
  }
}

async function readCompressed(image: ImageState, place: CompressedPlace, inCluster: number, into: Buffer): Promise<void> {
  if (image.file.raise !== undefined) await image.file.raise('read_compressed');
  const packed = await image.file.readBytes(place.hostOffset, place.length);
  const cluster = await decompress(packed, image.geometry.clusterSize, image.header.compressionType);
  cluster.copy(into, 0, inCluster, inCluster + into.length);
}

/** What lies beyond a short backing image's end is zero. */
async function readBacking({ backing, file }: ImageState, offset: number, into: Buffer): Promise<void> {
  const available = backing === undefined ? 0 : Math.max(0, Math.min(into.length, backing.length - offset));
  if (available < into.length) into.fill(0, available);
  if (backing === undefined || available === 0) return;
  if (file.raise !== undefined) await file.raise('read_backing_aio');
  await backing.read(offset, into.subarray(0, available));
}

/** Whether all of the bytes are known to read as zero, from metadata alone. For a caller that holds the clusters. */
export async function readsAsZero(image: ImageState, offset: number, length: number): Promise<boolean> {
  for (let at = offset; at < offset + length;) {
    const run = await findRun(image, at, offset + length - at);
    if (run.kind === 'data' || run.kind === 'compressed') return false;
    if (run.kind === 'unallocated' && at < (image.backing?.length ?? 0)) return false;
    at += run.length;
  }
  return true;
}
