import type { DirtyBitmap } from '../block/dirty-bitmap.ts';
import type { BlockNode } from '../block/node.ts';
import { backingOf } from '../block/chain-map.ts';
import type { ExportInit } from '../nbd/export.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { BlockDirtyBitmapOrStr } from '../qapi/types/block-dirty-info.ts';
import { lookUpBitmap } from './bitmap-changes.ts';
import type { Engine } from './engine.ts';

export interface ExportRequest extends Omit<ExportInit, 'bitmaps'> {
  readonly bitmaps?: readonly BlockDirtyBitmapOrStr[] | undefined;
  readonly iothread?: string | undefined;
}

/** Offers a node to NBD clients. @throws QapiError in QEMU's words */
export function exportNode({ bitmaps = [], iothread, ...init }: ExportRequest, { graph, machine, exports }: Engine): void {
  const { node, isWritable } = init;
  if (isWritable && node.readOnly) throw new QapiError('Cannot export read-only node as writable');
  if (iothread !== undefined && !machine.objects.some((object) => object.id === iothread && object['qom-type'] === 'iothread')) {
    throw new QapiError(`iothread "${iothread}" not found`);
  }
  exports.checkNewName(init);
  const found = bitmaps.map((bitmap) => (typeof bitmap === 'string' ? findInChain(node, bitmap) : lookUpBitmap(bitmap, graph).bitmap));
  for (const bitmap of found) {
    bitmap.checkFor('use');
    if (!isWritable && !node.readOnly && bitmap.isRecording) throw new QapiError(`Enabled bitmap '${bitmap.name}' incompatible with readonly export`);
  }
  exports.add({ ...init, bitmaps: found });
}

/** The bitmap of this name, here or further down: what a snapshot has put on top does not hide it. */
function findInChain(node: BlockNode, name: string): DirtyBitmap {
  for (let at: BlockNode | undefined = node; at !== undefined; at = backingOf(at)) {
    const bitmap = at.io.bitmaps.find(name);
    if (bitmap !== undefined) return bitmap;
  }
  throw new QapiError(`Bitmap '${name}' is not found`);
}
