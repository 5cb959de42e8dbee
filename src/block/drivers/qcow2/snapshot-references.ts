import { IoError } from '../../io-error.ts';
import { compressedClusters } from './compressed.ts';
import { clustersFor } from './geometry.ts';
import type { ImageState } from './image-state.ts';
import type { L1Table } from './l1-table.ts';
import { L2_ENTRY, l2Table } from './l2-table.ts';
import type { CachedTable } from './metadata-cache.ts';

type Visit = (cluster: number, count: number) => void;

/** Calls `visit` for all that an L1 table refers to: L2 tables and what is in them. All metadata must be written. */
export async function eachReference(image: ImageState, l1: L1Table, visit: Visit): Promise<void> {
  const { clusterSize } = image.geometry;
  for (let l1Index = 0; l1Index < l1.size; l1Index++) {
    const offset = l1.l2Offset(l1Index);
    if (offset === 0) continue;
    if (offset % clusterSize !== 0) throw new IoError('EIO', 'metadata');
    visit(offset / clusterSize, 1);
    visitEntries(await image.file.readBytes(offset, clusterSize), image, visit);
  }
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

/**
 * How often the active L1 table refers to each cluster of the file.
 * @throws IoError EINVAL when that, counted once more, would not fit
 */
export async function referencesToAdd(image: ImageState): Promise<Uint32Array> {
  const added = new Uint32Array(clustersFor(image.file.length, image.geometry));
  await eachReference(image, image.l1, (first, count) => {
    if (first + count > added.length) throw new IoError('EIO', 'metadata');
    for (let cluster = first; cluster < first + count; cluster++) (added[cluster] as number)++;
  });
  const { refcounts } = image;
  for (const [cluster, more] of added.entries()) {
    if (more > 0 && (await refcounts.get(cluster)) + more > refcounts.width.maximum) throw new IoError('EINVAL', 'metadata');
  }
  return added;
}

/** Raises the counts by so much. */
export async function addReferences(image: ImageState, added: Uint32Array): Promise<void> {
  for (const [cluster, more] of added.entries()) if (more > 0) await addTo(image, cluster, more);
}

async function addTo(image: ImageState, cluster: number, more: number): Promise<void> {
  const { refcounts } = image;
  while (refcounts.peekBlock(cluster) === undefined) await refcounts.loadBlock(cluster);
  const block = refcounts.peekBlock(cluster);
  if (typeof block !== 'object') throw new IoError('EIO', 'metadata');
  refcounts.setCount(block, cluster, refcounts.count(block, cluster) + more);
  if (refcounts.blocks.isOverLimit) await image.writeBack.relieve();
}

/** Makes the "copied" flags of the active tables say whether a count is exactly one. */
export async function updateCopiedFlags(image: ImageState): Promise<void> {
  const { l1, refcounts, geometry: { clusterSize } } = image;
  for (let l1Index = 0; l1Index < l1.size; l1Index++) {
    const offset = l1.l2Offset(l1Index);
    if (offset === 0) continue;
    const isOwn = (await refcounts.get(offset / clusterSize)) === 1;
    if (l1.isCopied(l1Index) !== isOwn) {
      l2Table.setCopied(l1.bytes, l1Index, isOwn);
      l1.markDirty(l1Index * L2_ENTRY, (l1Index + 1) * L2_ENTRY);
    }
    await updateTable(image, l1Index);
    if (image.l2.isOverLimit) await image.writeBack.relieve();
  }
}

async function updateTable(image: ImageState, l1Index: number): Promise<void> {
  const { refcounts, geometry: { clusterSize } } = image;
  for (let index = 0; index < image.geometry.l2Entries; index++) {
    const { bytes } = await loadTable(image, l1Index);
    const kind = l2Table.kind(bytes, index);
    if (kind !== 'data' && kind !== 'reserved') continue;
    const isOwn = (await refcounts.get(Math.floor(l2Table.hostOffset(bytes, index) / clusterSize))) === 1;
    const table = await loadTable(image, l1Index);
    if (l2Table.isCopied(table.bytes, index) === isOwn) continue;
    l2Table.setCopied(table.bytes, index, isOwn);
    image.l2.markDirty(table, index * L2_ENTRY, (index + 1) * L2_ENTRY);
  }
}

async function loadTable(image: ImageState, l1Index: number): Promise<CachedTable> {
  for (;;) {
    const table = image.map.peek(l1Index);
    if (typeof table === 'object') return table;
    await image.map.load(l1Index);
  }
}
