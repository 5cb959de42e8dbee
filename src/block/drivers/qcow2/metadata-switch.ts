import { clustersFor } from './geometry.ts';
import { FIELD, formatHeader } from './header.ts';
import type { ImageState } from './image-state.ts';
import { L2_ENTRY, l2Table } from './l2-table.ts';
import { readTable } from './snapshot-references.ts';
import type { CountChanges } from './snapshot-references.ts';
import { formatSnapshotTable } from './snapshot-entry.ts';
import type { Snapshot } from './snapshot-table.ts';

/** What is to become true of an image at one moment. */
export interface MetadataSwitch {
  readonly changes: CountChanges;
  readonly snapshots: readonly Snapshot[];
  /** Whether a new snapshot takes over the active L1 table and those L2 tables that the active image leaves. */
  readonly keepsTables: boolean;
}

/** New tables that nothing refers to yet, and the places of those that they are to replace. */
interface Replacement {
  readonly l1: Buffer;
  readonly l2: readonly { readonly from: number; readonly to: number }[];
}

/** Bytes in the file. */
interface Place {
  readonly offset: number;
  readonly length: number;
}

/** The header's fields for the L1 table, the refcount table and the snapshot table lie side by side, in the first sector. */
const POINTERS = { at: FIELD.l1Size, end: FIELD.incompatibleFeatures };

/**
 * Changes counts, "copied" flags and the snapshot table all at once. What a count of one goes along with is a flag elsewhere,
 * so neither can be first: everything that changes is written anew, to free clusters, and one write of the header switches to it.
 * Before that write an interruption leaves leaks; after it, too. For a caller that is alone, with nothing left to write.
 */
export async function switchMetadata(image: ImageState, { changes, snapshots, keepsTables }: MetadataSwitch): Promise<void> {
  const { header, l1, refcounts, file, geometry: { clusterSize } } = image;
  const tables = await replaceTables(image, changes);
  const snapshotTable = formatSnapshotTable(snapshots);
  const pointers = {
    l1Size: l1.size, l1TableOffset: await place(image, tables.l1),
    snapshotCount: snapshots.length, snapshotsOffset: await place(image, snapshotTable),
  };
  const counts = await replaceRefcounts(image, changes);
  const left: Place[] = [
    { offset: refcounts.hostOffset, length: counts.table.length }, ...counts.left,
    { offset: header.snapshotsOffset, length: formatSnapshotTable(image.snapshots).length },
    ...(keepsTables ? [] : [{ offset: l1.hostOffset, length: l1.bytes.length }, ...tables.l2.map(({ from }) => ({ offset: from, length: clusterSize }))]),
  ];
  const next = { ...header, ...pointers, refcountTableOffset: counts.offset, refcountTableClusters: counts.table.length / clusterSize };
  await file.flush();
  await file.write(POINTERS.at, formatHeader(next).subarray(POINTERS.at, POINTERS.end));
  Object.assign(header, next);
  image.snapshots = snapshots;
  adoptTables(image, tables, snapshotTable.length);
  refcounts.moveTo(counts.offset, counts.table);
  await file.flush();
  for (const { offset, length } of left) image.release.drop(offset / clusterSize, clustersFor(length, image.geometry), 'snapshot');
  await image.writeBack.run();
}

function adoptTables(image: ImageState, tables: Replacement, snapshotsLength: number): void {
  const { header: { l1TableOffset, snapshotsOffset }, l1, l2, overlap } = image;
  l1.move(l1TableOffset, tables.l1);
  overlap.setArea('active-l1', l1TableOffset, tables.l1.length);
  overlap.setArea('snapshot-table', snapshotsOffset, snapshotsLength);
  for (const { from, to } of tables.l2) {
    overlap.removeTable('active-l2', from);
    overlap.addTable('active-l2', to);
    l2.drop(from);
  }
}

/** Copies the active tables so that their flags say whether a count is going to be one; an L2 table without a change stays. */
async function replaceTables(image: ImageState, changes: CountChanges): Promise<Replacement> {
  const { l1, file, allocation, geometry: { clusterSize } } = image;
  const replaced: Replacement['l2'][number][] = [];
  const bytes = Buffer.from(l1.bytes);
  const isOwn = async (hostOffset: number): Promise<boolean> => {
    const cluster = Math.floor(hostOffset / clusterSize);
    return (await image.refcounts.get(cluster)) + changes.of(cluster) === 1;
  };
  for (let l1Index = 0; l1Index < l1.size; l1Index++) {
    const from = l1.l2Offset(l1Index);
    if (from === 0) continue;
    const table = await readTable(image, from);
    if (await setFlags(table, isOwn)) {
      const { hostOffset: to } = await allocation.allocate(1);
      await file.write(to, table);
      l2Table.setData(bytes, l1Index, to);
      replaced.push({ from, to });
    } else l2Table.setCopied(bytes, l1Index, await isOwn(from));
    await image.writeBack.relieve();
  }
  return { l1: bytes, l2: replaced };
}

/** Returns whether anything has changed. */
async function setFlags(table: Buffer, isOwn: (hostOffset: number) => Promise<boolean>): Promise<boolean> {
  let isChanged = false;
  for (let index = 0; index < table.length / L2_ENTRY; index++) {
    const kind = l2Table.kind(table, index);
    if (kind !== 'data' && kind !== 'reserved') continue;
    const isCopied = await isOwn(l2Table.hostOffset(table, index));
    if (l2Table.isCopied(table, index) === isCopied) continue;
    l2Table.setCopied(table, index, isCopied);
    isChanged = true;
  }
  return isChanged;
}

/** Writes a table to clusters of its own; returns their offset, 0 for an empty one. */
async function place({ allocation, geometry, file }: ImageState, bytes: Buffer): Promise<number> {
  if (bytes.length === 0) return 0;
  const clusters = clustersFor(bytes.length, geometry);
  const { hostOffset } = await allocation.allocateContiguous(clusters);
  await file.write(hostOffset, Buffer.concat([bytes, Buffer.alloc(clusters * geometry.clusterSize - bytes.length)]));
  return hostOffset;
}

/** Writes the refcount table, and the blocks in which counts change, to new places; returns the table and what it leaves. */
async function replaceRefcounts(image: ImageState, changes: CountChanges): Promise<{ offset: number; table: Buffer; left: Place[] }> {
  const { refcounts, allocation, writeBack, file, geometry: { clusterSize, refcountBlockEntries } } = image;
  const indexes = [...new Set([...changes.clusters()].map((cluster) => refcounts.blockIndex(cluster)))];
  const places = new Map<number, number>();
  for (const index of indexes) places.set(index, (await allocation.allocate(1)).hostOffset);
  const offset = await placeOfTable(image);
  // From here on no count changes any more: what is on disk is what the new blocks differ from by the changes.
  await writeBack.run();
  const table = Buffer.from(refcounts.bytes);
  const left: Place[] = [];
  for (const [index, place] of places) {
    const from = refcounts.blockOffset(index);
    const block = await file.readBytes(from, clusterSize);
    const first = index * refcountBlockEntries;
    for (const cluster of changes.clusters(first, first + refcountBlockEntries)) {
      const at = cluster - first;
      refcounts.width.set(block, at, refcounts.width.get(block, at) + changes.of(cluster));
    }
    await file.write(place, block);
    table.writeBigUInt64BE(BigInt(place), index * L2_ENTRY);
    left.push({ offset: from, length: clusterSize });
  }
  await file.write(offset, table);
  return { offset, table, left };
}

/** Room for the refcount table, which taking that room may have made grow. */
async function placeOfTable({ refcounts, allocation, release, geometry }: ImageState): Promise<number> {
  for (;;) {
    const { length } = refcounts.bytes;
    const clusters = clustersFor(length, geometry);
    const { hostOffset } = await allocation.allocateContiguous(clusters);
    if (refcounts.bytes.length === length) return hostOffset;
    await release.release(hostOffset / geometry.clusterSize, clusters);
  }
}
