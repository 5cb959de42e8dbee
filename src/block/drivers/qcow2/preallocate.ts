import type { ImageState } from './image-state.ts';
import { changeEntries } from './link-clusters.ts';
import { l2Table } from './l2-table.ts';

/** How much a new image takes at once, beyond 'off'. */
export type Preallocation = 'metadata' | 'falloc' | 'full';

/** Gives every guest cluster of a new image its place in the file; 'falloc' and 'full' also make the file's space sure. */
export async function preallocate(image: ImageState, kind: Preallocation): Promise<void> {
  const { l2Entries, clusterSize } = image.geometry;
  const end = Math.ceil(image.header.size / clusterSize);
  let fileEnd = image.file.length;
  for (let first = 0; first < end;) {
    await image.map.makeOwn(Math.floor(first / l2Entries));
    const inTable = Math.min(end - first, l2Entries - (first % l2Entries));
    const run = await image.allocation.allocate(inTable);
    await changeEntries(image, first, run.count, (bytes, index, cluster) => {
      l2Table.setData(bytes, index, run.hostOffset + (cluster - first) * clusterSize);
    });
    if (kind !== 'metadata') await image.file.writeZeroes(run.hostOffset, run.count * clusterSize);
    fileEnd = Math.max(fileEnd, run.hostOffset + run.count * clusterSize);
    first += run.count;
    await image.writeBack.relieve();
  }
  if (fileEnd > image.file.length) await image.file.truncate(fileEnd);
}
