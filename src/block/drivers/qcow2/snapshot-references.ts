import { IoError } from '../../io-error.ts';
import { compressedClusters } from './compressed.ts';
import { clustersFor } from './geometry.ts';
import type { ImageState } from './image-state.ts';
import type { L1Table } from './l1-table.ts';
import { L2_ENTRY, l2Table } from './l2-table.ts';

type Visit = (cluster: number, count: number) => void;

/** By how much the counts of clusters are to change. */
export class CountChanges {
  readonly #by: Int32Array;

  /** @param length clusters of the file */
  constructor(length: number) {
    this.#by = new Int32Array(length);
  }

  of(cluster: number): number {
    return this.#by[cluster] ?? 0;
  }

  /** @throws IoError EIO for clusters behind the end of the file */
  add(first: number, count: number, by: number): void {
    if (first + count > this.#by.length) throw new IoError('EIO', 'metadata');
    for (let cluster = first; cluster < first + count; cluster++) this.#by[cluster] = this.of(cluster) + by;
  }

  /** The clusters from `first` up to `end` (exclusive) whose counts change. */
  *clusters(first = 0, end = this.#by.length): Generator<number> {
    for (let cluster = first; cluster < Math.min(end, this.#by.length); cluster++) if (this.#by[cluster] !== 0) yield cluster;
  }
}

/**
 * What a snapshot of the active image adds to the counts. An L2 table that has clusters of its own passes to the snapshot,
 * and the active image gets a copy with other flags; any other table is shared.
 * @throws IoError EINVAL when a count would not fit
 */
export async function referencesToAdd(image: ImageState): Promise<CountChanges> {
  const { refcounts } = image;
  const changes = new CountChanges(clustersFor(image.file.length, image.geometry));
  await eachTable(image, image.l1, (cluster, bytes) => {
    if (!hasOwnClusters(bytes)) changes.add(cluster, 1, 1);
    visitEntries(bytes, image, (first, count) => changes.add(first, count, 1));
  });
  for (const cluster of changes.clusters()) {
    if ((await refcounts.get(cluster)) + changes.of(cluster) > refcounts.width.maximum) throw new IoError('EINVAL', 'metadata');
  }
  return changes;
}

/** What a snapshot's end takes from the counts: `changes` leave a reference everywhere, `last` are those to drop then. */
export async function referencesToDrop(image: ImageState, l1: L1Table): Promise<{ changes: CountChanges; last: number[] }> {
  const changes = new CountChanges(clustersFor(image.file.length, image.geometry));
  await eachTable(image, l1, (cluster, bytes) => {
    changes.add(cluster, 1, -1);
    visitEntries(bytes, image, (first, count) => changes.add(first, count, -1));
  });
  const last: number[] = [];
  for (const cluster of changes.clusters()) {
    for (const count = await image.refcounts.get(cluster); count + changes.of(cluster) < 1; last.push(cluster)) changes.add(cluster, 1, 1);
  }
  return { changes, last };
}

/** Calls `visit` with the cluster and the bytes of each L2 table of an L1 table. */
async function eachTable(image: ImageState, l1: L1Table, visit: (cluster: number, bytes: Buffer) => void): Promise<void> {
  for (let l1Index = 0; l1Index < l1.size; l1Index++) {
    const offset = l1.l2Offset(l1Index);
    if (offset !== 0) visit(offset / image.geometry.clusterSize, await readTable(image, offset));
  }
}

/** The bytes of an L2 table, which is written. @throws IoError EIO when there cannot be one */
export async function readTable({ geometry: { clusterSize }, file }: ImageState, offset: number): Promise<Buffer> {
  if (offset % clusterSize !== 0 || offset >= file.length) throw new IoError('EIO', 'metadata');
  return file.readBytes(offset, clusterSize);
}

function visitEntries(bytes: Buffer, { geometry }: ImageState, visit: Visit): void {
  for (let index = 0; index < bytes.length / L2_ENTRY; index++) {
    const kind = l2Table.kind(bytes, index);
    if (kind === 'data' || kind === 'reserved') visit(Math.floor(l2Table.hostOffset(bytes, index) / geometry.clusterSize), 1);
    if (kind !== 'compressed') continue;
    const { first, last } = compressedClusters(l2Table.raw(bytes, index), geometry);
    visit(first, last - first + 1);
  }
}

function hasOwnClusters(bytes: Buffer): boolean {
  for (let index = 0; index < bytes.length / L2_ENTRY; index++) {
    const kind = l2Table.kind(bytes, index);
    if ((kind === 'data' || kind === 'reserved') && l2Table.isCopied(bytes, index)) return true;
  }
  return false;
}
