import { Breather } from '../../../util/breather.ts';
import type { Extent } from '../../driver.ts';
import type { GuestRun } from './find-run.ts';
import { findRun } from './find-run.ts';
import type { ImageState } from './image-state.ts';
import { guestClusters } from './image-state.ts';

/** The first run of one kind at guest `offset`, joined across clusters and L2 tables, at most `length` bytes. */
export async function map(image: ImageState, offset: number, length: number): Promise<Extent> {
  const { first, last } = guestClusters(image.geometry, offset, length);
  const hold = await image.locks.acquire(first, last, 'shared');
  try {
    let extent = extentOf(await findRun(image, offset, length), offset);
    if (extent.length === length) return extent;
    const breather = new Breather();
    while (extent.length < length) {
      await breather.breathe();
      const end = offset + extent.length;
      const next = extentOf(await findRun(image, end, length - extent.length), end);
      if (!continues(extent, next)) break;
      extent = { ...extent, length: extent.length + next.length };
      if (image.l2.isOverLimit) image.l2.shrink();
    }
    return extent;
  } finally {
    hold.release();
  }
}

function extentOf({ kind, length, hostOffset }: GuestRun, offset: number): Extent {
  switch (kind) {
    case 'data':
      return { offset, length, kind, hostOffset };
    case 'compressed':
      return { offset, length, kind: 'data', compressed: true };
    case 'unallocated':
      return { offset, length, kind };
    case 'zero':
    case 'reserved':
      return { offset, length, kind: 'zero' };
  }
}

function continues(extent: Extent, next: Extent): boolean {
  if (extent.kind !== next.kind || extent.compressed !== next.compressed) return false;
  return extent.hostOffset === undefined || next.hostOffset === extent.hostOffset + extent.length;
}
