import type { ClusterRun } from './cluster-allocation.ts';
import type { ReleaseReason } from './cluster-release.ts';
import { compressedClusters } from './compressed.ts';
import type { ImageState } from './image-state.ts';
import { L2_ENTRY, l2Table } from './l2-table.ts';
import { hex } from './refcount.ts';

/**
 * Changes entries of the L2 table that describes guest cluster `first`, in a table that the active image alone owns.
 * `change` gets the table's bytes, an index into it and the number of the guest cluster.
 */
export async function changeEntries(
  image: ImageState, first: number, count: number, change: (bytes: Buffer, index: number, guestCluster: number) => void,
): Promise<void> {
  const { l2Entries } = image.geometry;
  const l1Index = Math.floor(first / l2Entries);
  for (;;) {
    const table = image.map.peekOwn(l1Index);
    if (table === undefined) {
      await image.map.makeOwn(l1Index);
      continue;
    }
    const start = first % l2Entries;
    for (let i = 0; i < count; i++) change(table.bytes, start + i, first + i);
    image.l2.markDirty(table, start * L2_ENTRY, (start + count) * L2_ENTRY);
    return;
  }
}

/** Makes the L2 entries refer to clusters whose bytes are written, and drops what they referred to before. */
export function linkData(image: ImageState, run: ClusterRun, firstGuestCluster: number): Promise<void> {
  const { clusterSize } = image.geometry;
  return changeEntries(image, firstGuestCluster, run.count, (bytes, index, guestCluster) => {
    const host = run.hostOffset + (guestCluster - firstGuestCluster) * clusterSize;
    dropEntry(image, { bytes, index, keep: host }, 'other');
    l2Table.setData(bytes, index, host);
  });
}

/** Drops what an L2 entry refers to, unless that is the cluster at `keep` (bytes in the file). */
export function dropEntry(image: ImageState, entry: { bytes: Buffer; index: number; keep?: number }, reason: ReleaseReason): void {
  const { bytes, index, keep } = entry;
  const kind = l2Table.kind(bytes, index);
  if (kind === 'compressed') {
    const { first, last } = compressedClusters(l2Table.raw(bytes, index), image.geometry);
    image.release.drop(first, last - first + 1, reason);
  } else if (kind === 'data' || kind === 'reserved') {
    const host = l2Table.hostOffset(bytes, index);
    if (host % image.geometry.clusterSize !== 0) image.corruption.report(`Cannot free unaligned cluster ${hex(host)}`);
    else if (host !== keep) image.release.dropAt(host, reason);
  }
}
