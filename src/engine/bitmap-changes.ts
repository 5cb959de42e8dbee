import { defaultGranularity } from '../block/default-granularity.ts';
import { DirtyBitmap } from '../block/dirty-bitmap.ts';
import type { BlockGraph } from '../block/graph.ts';
import type { BlockNode } from '../block/node.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { BlockDirtyBitmap, BlockDirtyBitmapAdd, BlockDirtyBitmapMerge } from '../qapi/types/block-dirty-info.ts';
import type { Engine } from './engine.ts';
import type { PreparedAction } from './transaction/define-action.ts';

const MAX_NAME_BYTES = 1023;
const MIN_GRANULARITY = 512;

/** A change of dirty bitmaps, made already; it can still be undone. Each throws QapiError in QEMU's words when it is refused. */
type Change<Arguments> = (args: Arguments, engine: Engine) => Promise<PreparedAction>;

export const addBitmap: Change<BlockDirtyBitmapAdd> = async ({ node: device, name, persistent = false, ...rest }, { graph }) => {
  if (name === '') throw new QapiError('Bitmap name cannot be empty');
  const node = graph.findRoot(device);
  const granularity = rest.granularity ?? defaultGranularity(node);
  if (granularity < MIN_GRANULARITY || !Number.isInteger(Math.log2(granularity))) {
    throw new QapiError(`Granularity must be power of 2 and at least ${MIN_GRANULARITY}`);
  }
  if (persistent) checkCanStore(node, { name, granularity });
  const { bitmaps, length } = node.io;
  if (bitmaps.find(name) !== undefined) throw new QapiError(`Bitmap already exists: ${name}`);
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw new QapiError(`Bitmap name too long: ${name}`);
  const bitmap = new DirtyBitmap({ name, granularity, length, persistent, enabled: rest.disabled !== true });
  bitmaps.add(bitmap);
  return { commit: () => undefined, abort: () => bitmaps.delete(bitmap) };
};

/** It stays in sight, held, until the end of a transaction. */
export const removeBitmap: Change<BlockDirtyBitmap> = async (args, { graph }) => {
  const { node, bitmap } = lookUpBitmap(args, graph);
  bitmap.checkFor('remove');
  if (bitmap.isPersistent) await node.image.bitmapStore?.remove(args.name);
  const release = bitmap.hold();
  return { commit: () => node.io.bitmaps.delete(bitmap), abort: release };
};

export const clearBitmap: Change<BlockDirtyBitmap> = async (args, { graph }) => {
  const { bitmap } = lookUpBitmap(args, graph);
  bitmap.checkFor('change');
  return { commit: () => undefined, abort: bitmap.clear() };
};

export const enableBitmap: Change<BlockDirtyBitmap> = async (args, { graph }) => switchBitmap(lookUpBitmap(args, graph).bitmap, true);

export const disableBitmap: Change<BlockDirtyBitmap> = async (args, { graph }) => switchBitmap(lookUpBitmap(args, graph).bitmap, false);

/** All of the sources are taken in, or none. */
export const mergeBitmaps: Change<BlockDirtyBitmapMerge> = async ({ node: device, target, bitmaps }, { graph }) => {
  const { bitmap } = lookUpBitmap({ node: device, name: target }, graph);
  bitmap.checkFor('change');
  const sum = new DirtyBitmap({ granularity: bitmap.granularity, length: bitmap.length });
  for (const one of bitmaps) {
    const source = lookUpBitmap(typeof one === 'string' ? { node: device, name: one } : one, graph).bitmap;
    source.checkFor('use');
    sum.merge(source);
  }
  return { commit: () => undefined, abort: bitmap.merge(sum) };
};

function switchBitmap(bitmap: DirtyBitmap, enabled: boolean): PreparedAction {
  bitmap.checkFor('use');
  const undo = bitmap.setRecording(enabled);
  return { commit: () => undefined, abort: undo };
}

/** The bitmap that a node or device name and a bitmap's name mean. @throws QapiError in QEMU's words when there is none */
export function lookUpBitmap({ node: device, name }: BlockDirtyBitmap, graph: BlockGraph): { node: BlockNode; bitmap: DirtyBitmap } {
  const node = graph.backends.get(device)?.root ?? graph.find(device);
  if (node === undefined) throw new QapiError(`Node '${device}' not found`);
  const bitmap = node.io.bitmaps.find(name);
  if (bitmap === undefined) throw new QapiError(`Dirty bitmap '${name}' not found`);
  return { node, bitmap };
}

function checkCanStore(node: BlockNode, wanted: { name: string; granularity: number }): void {
  const { deviceOrNodeName, image: { bitmapStore } } = node;
  if (bitmapStore === undefined) throw new QapiError(`Can't store persistent bitmaps to ${deviceOrNodeName}: Operation not supported`);
  const reason = bitmapStore.refuses(wanted, node.io.bitmaps);
  if (reason !== undefined) throw new QapiError(`Can't make bitmap '${wanted.name}' persistent in '${deviceOrNodeName}': ${reason}`);
}
