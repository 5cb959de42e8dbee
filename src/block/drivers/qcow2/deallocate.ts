import type { ZeroOptions } from '../../driver.ts';
import { IoError } from '../../io-error.ts';
import type { ReleaseReason } from './cluster-release.ts';
import type { ImageState } from './image-state.ts';
import { guestClusters } from './image-state.ts';
import { changeEntries, dropEntry } from './link-clusters.ts';
import { l2Table } from './l2-table.ts';
import { findRun } from './find-run.ts';
import { readsAsZero } from './read.ts';
import { writeHeld } from './write.ts';

/** Zeroes are written in pieces of this size where metadata cannot say "zero". */
const ZERO_BYTES = 2 ** 20;

/** Makes guest bytes read as zero. */
export async function writeZeroes(image: ImageState, offset: number, length: number, options: ZeroOptions = {}): Promise<void> {
  if (length === 0) return;
  await holding(image, offset, length, () => writeZeroesHeld(image, offset, length, options));
}

/** The same for a caller that holds the clusters exclusively. */
export async function writeZeroesHeld(image: ImageState, offset: number, length: number, options: ZeroOptions): Promise<void> {
  const { mayUnmap = false, mustBeFast = false } = options;
  const { clusterSize, version } = image.geometry;
  const end = offset + length;
  const from = Math.min(end, Math.ceil(offset / clusterSize) * clusterSize);
  const isAtEnd = end >= image.header.size;
  const to = Math.max(from, isAtEnd ? end : Math.floor(end / clusterSize) * clusterSize);
  if (mustBeFast && (version === 2 || from > offset || end > to)) throw new IoError('ENOTSUP', 'write-zeroes', { offset });
  await zeroPlainly(image, offset, from);
  if (version === 2) await (mayUnmap ? zeroVersion2(image, from, to) : zeroPlainly(image, from, to));
  else await eachTable(image, from, to, (first, count) => setZero(image, first, count, mayUnmap));
  await zeroPlainly(image, to, end);
}

/** Gives up whole clusters. Version 2 with a backing file keeps them: there is no way to say that they are zero. */
export async function discard(image: ImageState, offset: number, length: number): Promise<void> {
  const { clusterSize, version } = image.geometry;
  const from = Math.ceil(offset / clusterSize) * clusterSize;
  const end = offset + length;
  const to = end >= image.header.size ? end : Math.floor(end / clusterSize) * clusterSize;
  if (to <= from || (version === 2 && image.backing !== undefined)) return;
  await holding(image, from, to - from, () => eachTable(image, from, to, (first, count) => discardClusters(image, first, count)));
}

/** Drops all clusters between guest offsets, for a caller that holds them: they become unallocated. */
export function forgetHeld(image: ImageState, from: number, to: number): Promise<void> {
  return eachTable(image, from, to, async (first, count) => {
    if (image.l1.l2Offset(Math.floor(first / image.geometry.l2Entries)) === 0) return;
    await changeEntries(image, first, count, (bytes, index) => clear(image, bytes, index, { to: 'unallocated', reason: 'always' }));
  });
}

async function holding(image: ImageState, offset: number, length: number, work: () => Promise<void>): Promise<void> {
  const { first, last } = guestClusters(image.geometry, offset, length);
  const hold = await image.locks.acquire(first, last, 'exclusive');
  try {
    await work();
  } finally {
    hold.release();
  }
  await image.writeBack.relieve();
}

/** Calls `work` for the guest clusters of each L2 table between two offsets: the first cluster and how many. */
async function eachTable(image: ImageState, from: number, to: number, work: (first: number, count: number) => Promise<void>): Promise<void> {
  const { clusterSize, l2Entries } = image.geometry;
  const end = to > from ? Math.ceil(to / clusterSize) : 0;
  for (let first = Math.floor(from / clusterSize); first < end;) {
    const next = Math.min(end, (Math.floor(first / l2Entries) + 1) * l2Entries);
    await work(first, next - first);
    first = next;
    if (image.l2.isOverLimit) await image.writeBack.relieve();
  }
}

function setZero(image: ImageState, first: number, count: number, mayUnmap: boolean): Promise<void> {
  return changeEntries(image, first, count, (bytes, index) => {
    const kind = l2Table.kind(bytes, index);
    if (kind === 'zero') return;
    const keepsPlace = !mayUnmap && (kind === 'data' || kind === 'reserved');
    if (keepsPlace) l2Table.setZeroFlag(bytes, index);
    else clear(image, bytes, index, { to: 'zero', reason: 'request' });
  });
}

async function discardClusters(image: ImageState, first: number, count: number): Promise<void> {
  const { version, l2Entries } = image.geometry;
  const hasBacking = image.backing !== undefined;
  if (!hasBacking && image.l1.l2Offset(Math.floor(first / l2Entries)) === 0) return;
  await changeEntries(image, first, count, (bytes, index) => {
    const kind = l2Table.kind(bytes, index);
    if (kind === 'zero' || (kind === 'unallocated' && !hasBacking)) return;
    clear(image, bytes, index, { to: version === 3 ? 'zero' : 'unallocated', reason: 'request' });
  });
}

function clear(image: ImageState, bytes: Buffer, index: number, into: { to: 'unallocated' | 'zero'; reason: ReleaseReason }): void {
  dropEntry(image, { bytes, index }, into.reason);
  l2Table.setPlain(bytes, index, into.to);
}

/** Version 2 has no zero clusters: gives up what no backing file shows through, and writes zeroes over the rest. */
async function zeroVersion2(image: ImageState, from: number, to: number): Promise<void> {
  const { clusterSize } = image.geometry;
  const shown = Math.ceil((image.backing?.length ?? 0) / clusterSize) * clusterSize;
  const middle = Math.min(Math.max(from, shown), to);
  await zeroPlainly(image, from, middle);
  await forgetHeld(image, middle, to);
}

/** Writes zeroes, except where the guest already sees them. */
async function zeroPlainly(image: ImageState, from: number, to: number): Promise<void> {
  for (let at = from; at < to;) {
    const run = await findRun(image, at, to - at);
    const length = Math.min(run.length, ZERO_BYTES);
    if (!(await readsAsZero(image, at, length))) await writeHeld(image, at, Buffer.alloc(length));
    at += length;
  }
}
