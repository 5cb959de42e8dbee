import type { PutInHost } from '../../driver.ts';
import { findWriteRun } from './find-write-run.ts';
import type { ImageState } from './image-state.ts';
import { guestClusters } from './image-state.ts';
import { joinWork } from './join-work.ts';
import { linkData } from './link-clusters.ts';
import { checkOverlap } from './write.ts';

/** Whole clusters that lie together in the file. */
interface Place {
  /** Bytes in the file. */
  readonly hostOffset: number;
  /** Bytes. */
  readonly length: number;
  /** The guest finds them there already; else they are to be linked once they hold the bytes. */
  readonly isLinked: boolean;
  /** Nothing refers to them. */
  readonly isNew: boolean;
}

/** Has `put` bring whole clusters to where they belong in the file. False when some have still to be written. */
export async function writeOffloaded(image: ImageState, { offset, length }: { offset: number; length: number }, put: PutInHost): Promise<boolean> {
  const { clusterSize } = image.geometry;
  if (offset % clusterSize !== 0 || length % clusterSize !== 0 || image.file.raise !== undefined) return false;
  const { first, last } = guestClusters(image.geometry, offset, length);
  const hold = await image.locks.acquire(first, last, 'exclusive');
  let isDone = true;
  try {
    await joinWork(async (start) => {
      for (let at = 0; at < length && isDone;) {
        const begin = at;
        const place = await findPlace(image, offset + begin, length - begin);
        const filled = fillPlace(image, { place, offset: offset + begin }, (range, from, count) => put(range, begin + from, count));
        start(filled.then((isFilled) => void (isDone &&= isFilled)));
        at += place.length;
      }
    });
  } finally {
    hold.release();
  }
  await image.writeBack.relieve();
  return isDone;
}

/** Where the first clusters at guest `offset` go, as many as lie together. */
async function findPlace(image: ImageState, offset: number, length: number): Promise<Place> {
  const run = await findWriteRun(image, offset, length);
  if (run.kind === 'allocate') {
    const { clusterSize } = image.geometry;
    const { hostOffset, count } = await image.allocation.allocate(run.length / clusterSize, 'data cluster');
    return { hostOffset, length: count * clusterSize, isLinked: false, isNew: true };
  }
  return { hostOffset: run.hostOffset, length: run.length, isLinked: run.kind === 'in-place', isNew: false };
}

async function fillPlace(image: ImageState, { place, offset }: { place: Place; offset: number }, put: PutInHost): Promise<boolean> {
  const { hostOffset, length, isNew } = place;
  const { clusterSize } = image.geometry;
  const run = { hostOffset, count: length / clusterSize, isPristine: false };
  let { isLinked } = place;
  try {
    await checkOverlap(image, hostOffset, length);
    const isFilled = await image.file.writeOffloaded(hostOffset, length, put);
    if (isFilled && !isLinked) await linkData(image, run, offset / clusterSize);
    isLinked ||= isFilled;
    return isFilled;
  } finally {
    if (isNew && !isLinked) await image.release.release(hostOffset / clusterSize, run.count);
  }
}
