import { peekWriteRun } from './find-write-run.ts';
import { peekRun } from './find-run.ts';
import type { ImageState } from './image-state.ts';
import { guestClusters } from './image-state.ts';
import type { Hold } from './request-locks.ts';

// The short way, which most requests can take: all bytes lie in one piece of the file, the table that says so is in memory and
// nobody is changing it. Such a request is one request to the file, on the caller's buffer. For all others these functions do
// nothing and return undefined; read.ts and write.ts then go the long way, which would come to the same.

/** Reads stored bytes at guest `offset` into all of `into`, if the short way is open. */
export function readPlainly(image: ImageState, offset: number, into: Buffer): Promise<void> | undefined {
  if (image.file.raise !== undefined) return undefined;
  const run = peekRun(image, offset, into.length);
  if (typeof run !== 'object' || run.kind !== 'data' || run.length < into.length) return undefined;
  const hold = holdAtOnce(image, offset, into.length);
  return hold && releasing(hold, image.file.read(run.hostOffset, into));
}

/** Writes guest bytes at `offset` where they are stored already, if the short way is open. */
export function writePlainly(image: ImageState, offset: number, from: Buffer): Promise<void> | undefined {
  if (image.file.raise !== undefined || image.writeBack.isReliefDue) return undefined;
  const run = peekWriteRun(image, offset, from.length);
  if (run?.kind !== 'in-place' || run.length < from.length) return undefined;
  if (image.overlap.find(run.hostOffset, from.length) !== undefined) return undefined;
  const hold = holdAtOnce(image, offset, from.length);
  return hold && releasing(hold, image.file.write(run.hostOffset, from));
}

function holdAtOnce(image: ImageState, offset: number, length: number): Hold | undefined {
  const { first, last } = guestClusters(image.geometry, offset, length);
  return image.locks.tryShare(first, last);
}

async function releasing(hold: Hold, work: Promise<void>): Promise<void> {
  try {
    await work;
  } finally {
    hold.release();
  }
}
