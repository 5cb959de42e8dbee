import { IoError } from '../../io-error.ts';
import { countReferences } from './count-references.ts';
import { FIELD, INCOMPATIBLE } from './header.ts';
import type { ImageState } from './image-state.ts';
import { L2_ENTRY, l2Table } from './l2-table.ts';

/**
 * Makes the refcounts agree with what the metadata refers to, and clears the dirty bit. Counts are raised before they
 * are lowered, so that an interruption leaves leaks at most; nothing is written when counting fails.
 */
export async function repairRefcounts(image: ImageState): Promise<void> {
  const counts = withNewBlocks(image, await countReferences(image));
  if (counts.some((count) => count > image.refcounts.width.maximum)) throw new IoError('ERANGE', 'metadata');
  await setCounts(image, counts, (stored, counted) => counted > stored);
  await image.file.flush();
  await setCopiedFlags(image, counts);
  await image.file.flush();
  await setCounts(image, counts, (stored, counted) => counted < stored);
  await image.file.flush();
  image.header.incompatibleFeatures &= ~INCOMPATIBLE.dirty;
  const bits = Buffer.alloc(8);
  bits.writeBigUInt64BE(image.header.incompatibleFeatures);
  await image.file.write(FIELD.incompatibleFeatures, bits);
  await image.file.flush();
}

/** Gives every used cluster a block that counts it: missing blocks go behind the end of the file. */
function withNewBlocks(image: ImageState, counted: Uint32Array): Uint32Array {
  const { refcounts, geometry } = image;
  const added: number[] = [];
  const isAbsent = (cluster: number): boolean => refcounts.blockOffset(refcounts.blockIndex(cluster)) === 0;
  const cover = (cluster: number): void => {
    if (!isAbsent(cluster)) return;
    if (cluster >= refcounts.capacity) throw new IoError('EFBIG', 'metadata');
    const home = counted.length + added.length;
    added.push(home);
    refcounts.setBlock(refcounts.blockIndex(cluster), refcounts.blocks.create(home * geometry.clusterSize).hostOffset);
  };
  counted.forEach((count, cluster) => void (count > 0 && cover(cluster)));
  for (let i = 0; i < added.length; i++) cover(added[i] as number);
  const counts = new Uint32Array(counted.length + added.length);
  counts.set(counted);
  for (const home of added) counts[home] = 1;
  return counts;
}

/** Stores the counted values where `isDue`. */
async function setCounts(image: ImageState, counts: Uint32Array, isDue: (stored: number, counted: number) => boolean): Promise<void> {
  const { refcounts, geometry: { refcountBlockEntries } } = image;
  for (let index = 0; index < refcounts.size; index++) {
    const first = index * refcountBlockEntries;
    while (refcounts.peekBlock(first) === undefined) await refcounts.loadBlock(first);
    const block = refcounts.peekBlock(first);
    if (typeof block !== 'object') continue;
    for (let cluster = first; cluster < first + refcountBlockEntries; cluster++) {
      const counted = counts[cluster] ?? 0;
      if (isDue(refcounts.count(block, cluster), counted)) refcounts.setCount(block, cluster, counted);
    }
    await image.writeBack.relieve();
  }
  await image.writeBack.run();
}

/** "Copied" says that a refcount is exactly one, in the active tables. */
async function setCopiedFlags(image: ImageState, counts: Uint32Array): Promise<void> {
  const { l1, file, geometry: { clusterSize } } = image;
  const isSingle = (hostOffset: number): boolean => counts[hostOffset / clusterSize] === 1;
  for (let i = 0; i < l1.size; i++) {
    const offset = l1.l2Offset(i);
    if (offset === 0) continue;
    if (l1.isCopied(i) !== isSingle(offset)) {
      l2Table.setCopied(l1.bytes, i, isSingle(offset));
      l1.markDirty(i * L2_ENTRY, (i + 1) * L2_ENTRY);
    }
    const table = await file.readBytes(offset, clusterSize);
    let isChanged = false;
    for (let index = 0; index < clusterSize / L2_ENTRY; index++) {
      const kind = l2Table.kind(table, index);
      if (kind !== 'data' && kind !== 'reserved') continue;
      const copied = isSingle(l2Table.hostOffset(table, index));
      if (l2Table.isCopied(table, index) === copied) continue;
      l2Table.setCopied(table, index, copied);
      isChanged = true;
    }
    if (isChanged) await file.write(offset, table);
  }
  await image.writeBack.run();
}
