import type { BlockDirtyInfo } from '../qapi/types/block-dirty-info.ts';
import type { DirtyBitmap } from './dirty-bitmap.ts';
import type { BlockNode } from './node.ts';

/** The dirty bitmaps of a node as queries tell them; the member is absent when there are none. */
export function bitmapsInfo({ io: { bitmaps } }: BlockNode): { 'dirty-bitmaps'?: BlockDirtyInfo[] } {
  return bitmaps.isEmpty ? {} : { 'dirty-bitmaps': Array.from(bitmaps, info) };
}

function info(bitmap: DirtyBitmap): BlockDirtyInfo {
  const { name, count, granularity, isRecording, isBusy, isPersistent, isInconsistent } = bitmap;
  return {
    ...(name !== undefined && { name }),
    count,
    granularity,
    status: isBusy ? 'frozen' : isRecording ? 'active' : 'disabled',
    recording: isRecording,
    busy: isBusy,
    persistent: isPersistent,
    ...(isInconsistent && { inconsistent: true }),
  };
}
