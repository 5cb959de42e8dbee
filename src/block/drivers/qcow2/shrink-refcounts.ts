import type { ImageState } from './image-state.ts';
import type { CachedTable } from './metadata-cache.ts';

/** After clusters were given up: drops refcount blocks that count nothing and cuts off the file behind the last used cluster. */
export async function shrinkRefcounts(image: ImageState): Promise<void> {
  const { refcounts } = image;
  for (let index = refcounts.size - 1; index > 0; index--) {
    if (refcounts.blockOffset(index) !== 0) await dropEmptyBlock(image, index);
  }
  await image.writeBack.run();
  await cutOff(image);
}

async function dropEmptyBlock(image: ImageState, index: number): Promise<void> {
  const { refcounts, geometry } = image;
  const first = index * geometry.refcountBlockEntries;
  const block = await presentBlock(image, first);
  const offset = refcounts.blockOffset(index);
  const own = offset / geometry.clusterSize;
  for (let cluster = first; cluster < first + geometry.refcountBlockEntries; cluster++) {
    if (cluster !== own && refcounts.count(block, cluster) !== 0) return;
  }
  refcounts.setBlock(index, 0);
  refcounts.blocks.drop(offset);
  // A block that counted itself is gone together with its count.
  if (refcounts.blockIndex(own) !== index) image.release.dropAt(offset, 'always');
}

async function presentBlock(image: ImageState, cluster: number): Promise<CachedTable> {
  for (;;) {
    const block = image.refcounts.peekBlock(cluster);
    if (typeof block === 'object') return block;
    await image.refcounts.loadBlock(cluster);
  }
}

async function cutOff(image: ImageState): Promise<void> {
  const { refcounts, geometry: { clusterSize, refcountBlockEntries }, file } = image;
  for (let index = Math.min(refcounts.size, Math.ceil(file.length / clusterSize / refcountBlockEntries)) - 1; index >= 0; index--) {
    if (refcounts.blockOffset(index) === 0) continue;
    const block = await presentBlock(image, index * refcountBlockEntries);
    for (let cluster = (index + 1) * refcountBlockEntries - 1; cluster >= index * refcountBlockEntries; cluster--) {
      if (refcounts.count(block, cluster) === 0) continue;
      const end = (cluster + 1) * clusterSize;
      if (end < file.length) await file.truncate(end);
      return;
    }
  }
}
