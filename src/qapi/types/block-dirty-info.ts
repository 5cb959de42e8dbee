import { alternate, bool, described, enumeration, int, list, naming, str, struct, uint32 } from '../schema.ts';
import type { Infer } from '../schema.ts';

export const dirtyBitmapStatus = enumeration('DirtyBitmapStatus', ['active', 'disabled', 'frozen']);

/** One dirty bitmap of a node. */
export const blockDirtyInfo = struct('BlockDirtyInfo', {
  '*name': naming('bitmap'),
  count: described(int, 'dirty bytes'),
  granularity: described(uint32, 'bytes per bit'),
  status: described(dirtyBitmapStatus, 'active: recording; frozen: a job holds it'),
  '*recording': described(bool, 'new writes are noted'),
  '*busy': described(bool, 'a job holds it'),
  '*persistent': described(bool, 'stored in the image when it closes'),
  '*inconsistent': described(bool, 'was not stored properly; can only be removed'),
});

export type BlockDirtyInfo = Infer<typeof blockDirtyInfo>;

const node = described(naming('device-or-node'), 'node, or device whose node it is');

export const blockDirtyBitmap = struct('BlockDirtyBitmap', { node, name: described(naming('bitmap'), 'bitmap') });

export type BlockDirtyBitmap = Infer<typeof blockDirtyBitmap>;

export const blockDirtyBitmapAdd = struct('BlockDirtyBitmapAdd', {
  node,
  name: described(str, 'name of the new bitmap'),
  '*granularity': described(uint32, 'bytes per bit, a power of two'),
  '*persistent': described(bool, 'store it in the image when that closes'),
  '*disabled': described(bool, 'do not record yet'),
});

export type BlockDirtyBitmapAdd = Infer<typeof blockDirtyBitmapAdd>;

/** A bitmap of the same node by its name, or one of any node. */
export type BlockDirtyBitmapOrStr = string | BlockDirtyBitmap;

export const blockDirtyBitmapOrStr = alternate<BlockDirtyBitmapOrStr>('BlockDirtyBitmapOrStr', {
  local: naming('bitmap'), external: blockDirtyBitmap,
});

export const blockDirtyBitmapMerge = struct('BlockDirtyBitmapMerge', {
  node,
  target: described(naming('bitmap'), 'bitmap that takes the others in'),
  bitmaps: described(
    list(blockDirtyBitmapOrStr),
    'bitmaps to take in: names, or {node, name}',
  ),
});

export type BlockDirtyBitmapMerge = Infer<typeof blockDirtyBitmapMerge>;
