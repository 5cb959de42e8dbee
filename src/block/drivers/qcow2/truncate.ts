import { QapiError } from '../../../qapi/qapi-error.ts';
import { forgetHeld, writeZeroesHeld } from './deallocate.ts';
import { clustersFor, l1EntriesFor } from './geometry.ts';
import { FIELD } from './header.ts';
import { MAX_L1_ENTRIES } from './check-header.ts';
import type { ImageState } from './image-state.ts';
import { readsAsZero } from './read.ts';
import { shrinkRefcounts } from './shrink-refcounts.ts';

const SECTOR = 512;

/**
 * Changes the guest disk's size. New bytes read as zero.
 * @throws QapiError in QEMU's words when the image does not allow it
 */
export async function truncate(image: ImageState, length: number): Promise<void> {
  if (length % SECTOR !== 0) throw new QapiError(`The new size must be a multiple of ${SECTOR}`);
  if (image.snapshots.length > 0 && image.geometry.version === 2) throw new QapiError("Can't resize a v2 image which has snapshots");
  const hold = await image.locks.acquire(0, Number.MAX_SAFE_INTEGER, 'exclusive');
  try {
    if (length < image.header.size) await shrink(image, length);
    else if (length > image.header.size) await grow(image, length);
  } finally {
    hold.release();
  }
}

async function grow(image: ImageState, length: number): Promise<void> {
  const entries = l1EntriesFor(length, image.geometry);
  if (entries > MAX_L1_ENTRIES) throw new QapiError('Failed to grow the L1 table: File too large');
  if (entries > image.l1.size) await growL1(image, entries);
  await hideOldBytes(image, image.header.size, length);
  await setSize(image, length);
}

/** What lies behind the old end, in the last cluster or in a longer backing file, must not come to light. */
async function hideOldBytes(image: ImageState, from: number, to: number): Promise<void> {
  const { clusterSize } = image.geometry;
  const clusterEnd = Math.min(to, Math.ceil(from / clusterSize) * clusterSize);
  const end = Math.min(to, Math.max(clusterEnd, image.backing?.length ?? 0));
  if (end > from && !(await readsAsZero(image, from, end - from))) await writeZeroesHeld(image, from, end - from, {});
}

/** Moves the active L1 table to a place with room for `entries`. */
async function growL1(image: ImageState, entries: number): Promise<void> {
  const { l1, geometry, file, header } = image;
  const { raise } = file;
  const old = { hostOffset: l1.hostOffset, size: l1.size };
  if (raise !== undefined) await raise('l1_grow_alloc_table');
  const run = await image.allocation.allocateContiguous(clustersFor(entries * 8, geometry));
  const bytes = Buffer.alloc(entries * 8);
  l1.bytes.copy(bytes);
  await image.writeBack.run();
  l1.bytes.copy(bytes);
  if (raise !== undefined) await raise('l1_grow_write_table');
  await file.write(run.hostOffset, bytes);
  await file.flush();
  const fields = Buffer.alloc(12);
  fields.writeUInt32BE(entries);
  fields.writeBigUInt64BE(BigInt(run.hostOffset), 4);
  if (raise !== undefined) await raise('l1_grow_activate_table');
  await file.write(FIELD.l1Size, fields);
  Object.assign(header, { l1Size: entries, l1TableOffset: run.hostOffset });
  l1.move(run.hostOffset, bytes);
  image.overlap.setArea('active-l1', run.hostOffset, bytes.length);
  const oldClusters = clustersFor(old.size * 8, geometry);
  if (oldClusters > 0) image.release.drop(old.hostOffset / geometry.clusterSize, oldClusters, 'other');
}

async function shrink(image: ImageState, length: number): Promise<void> {
  const { clusterSize } = image.geometry;
  const from = Math.ceil(length / clusterSize) * clusterSize;
  const to = Math.ceil(image.header.size / clusterSize) * clusterSize;
  if (from < to) await forgetHeld(image, from, to);
  for (let l1Index = l1EntriesFor(length, image.geometry); l1Index < image.l1.size; l1Index++) image.map.forget(l1Index);
  await image.writeBack.run();
  await shrinkRefcounts(image);
  await setSize(image, length);
}

async function setSize(image: ImageState, length: number): Promise<void> {
  await image.writeBack.run();
  await image.file.flush();
  const field = Buffer.alloc(8);
  field.writeBigUInt64BE(BigInt(length));
  await image.file.write(FIELD.size, field);
  image.header.size = length;
}
