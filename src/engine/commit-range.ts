import type { BlockNode } from '../block/node.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { findBackingImage, findNode } from './chain-names.ts';
import type { Engine } from './engine.ts';
import { findTopNode } from './find-top-node.ts';

/** How a user names the two ends of a commit. */
export interface CommitEnds {
  readonly device: string;
  readonly top?: string | undefined;
  readonly 'top-node'?: string | undefined;
  readonly base?: string | undefined;
  readonly 'base-node'?: string | undefined;
}

/** The part of a chain that is to be committed. */
export interface CommitRange {
  readonly active: BlockNode;
  readonly top: BlockNode;
  readonly base: BlockNode;
}

/** @throws QapiError in QEMU's words when there is no such part, or others are at work there */
export function findCommitRange(ends: CommitEnds, engine: Engine): CommitRange {
  const active = findActive(ends.device, engine);
  active.checkNotBlocked('commit-source');
  const top = findTop(active, ends, engine);
  const base = findBase(top, ends, engine);
  const nodes = [top, ...top.backingChain];
  for (const node of nodes.slice(0, nodes.indexOf(base) + 1)) node.checkNotBlocked('commit-target');
  if (top === base) throw new QapiError('cannot commit an image into itself');
  return { active, top, base };
}

function findActive(device: string, engine: Engine): BlockNode {
  const { graph } = engine;
  if (graph.backends.get(device)?.root === undefined && graph.find(device) === undefined) {
    throw new QapiError(`Device '${device}' not found`, { class: 'DeviceNotFound' });
  }
  return findTopNode(device, engine);
}

function findTop(active: BlockNode, { top, 'top-node': topNode }: CommitEnds, engine: Engine): BlockNode {
  if (topNode !== undefined && top !== undefined) throw new QapiError("'top-node' and 'top' are mutually exclusive");
  if (topNode !== undefined) return inChain(active, topNode, engine);
  if (top === undefined || top === active.filename) return active;
  const found = findBackingImage(active, top);
  if (found === undefined) throw new QapiError(`Top image file ${top} not found`);
  return found;
}

function findBase(top: BlockNode, { base, 'base-node': baseNode }: CommitEnds, engine: Engine): BlockNode {
  if (baseNode !== undefined && base !== undefined) throw new QapiError("'base-node' and 'base' are mutually exclusive");
  if (baseNode !== undefined) return inChain(top, baseNode, engine);
  if (base === undefined) return top.backingChain.at(-1) ?? top;
  const found = findBackingImage(top, base);
  if (found === undefined) throw new QapiError(`Can't find '${base}' in the backing chain`);
  return found;
}

function inChain(top: BlockNode, name: string, engine: Engine): BlockNode {
  const node = findNode(name, engine);
  if (node !== top && !top.backingChain.includes(node)) throw new QapiError(`'${name}' is not in this backing file chain`);
  return node;
}
