import { resolve } from 'node:path';
import { resolveFrom } from '../block/filename.ts';
import type { BlockNode } from '../block/node.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { Engine } from './engine.ts';

/** The image below `top` that a file name means: as an image above it stores the name, as it was opened, or the same place. */
export function findBackingImage(top: BlockNode, filename: string): BlockNode | undefined {
  return [top, ...top.backingChain].find((overlay) => isBackingFile(overlay, filename))?.backing;
}

function isBackingFile(overlay: BlockNode, name: string): boolean {
  const { backing } = overlay;
  if (backing === undefined) return false;
  if (overlay.image.facts().backingFilename === name || backing.filename === name) return true;
  return resolve(resolveFrom(overlay, name)) === resolve(backing.filename);
}

/** The node of this name. @throws QapiError in QEMU's words when there is none, devices not counting */
export function findNode(name: string, { graph }: Engine): BlockNode {
  const node = graph.find(name);
  if (node === undefined) throw new QapiError(`Cannot find device='' nor node-name='${name}'`);
  return node;
}
