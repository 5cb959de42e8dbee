import { isZero } from './is-zero.ts';
import { storedBacking } from './filename.ts';
import { Breather } from '../util/breather.ts';
import type { Extent } from './driver.ts';
import type { BlockNode } from './node.ts';

/** A run of guest bytes and the node of the chain that holds it; `unallocated` where no node of the chain does. */
export interface ChainExtent extends Extent {
  readonly node: BlockNode;
}

/** Bytes of zeroes with which a file without any data may begin. */
const FIRST_BLOCK = 65536;

/** The node that unallocated bytes of `node` come from. */
export function backingOf(node: BlockNode): BlockNode | undefined {
  if (node.backing !== undefined) return node.backing;
  return node.driver.role === 'filter' && node.file !== undefined ? backingOf(node.file) : undefined;
}

/**
 * The first run at `offset`, looked for from `node` down to, but not into, `stop`.
 * What lies beyond a backing node's end reads as zero and is said to be so.
 */
export async function mapChain(node: BlockNode, offset: number, length: number, stop?: BlockNode): Promise<ChainExtent> {
  let from: BlockNode = node;
  let limit = length;
  for (;;) {
    if (offset >= from.io.length) return { kind: 'zero', offset, length: limit, node: from };
    const extent = await from.io.map(offset, Math.min(limit, from.io.length - offset));
    if (extent.kind !== 'unallocated') return { ...extent, length: Math.min(extent.length, limit), node: from };
    limit = Math.min(limit, extent.length);
    const below = backingOf(from);
    if (below === undefined || below === stop) return { kind: 'unallocated', offset, length: limit, node: from };
    from = below;
  }
}

/** Whether the node is empty and alone: it reads as zero all over and will do so wherever nothing is written, however it is opened. */
export async function isBlank(node: BlockNode): Promise<boolean> {
  if (backingOf(node) !== undefined || storedBacking(node) !== undefined) return false;
  const breather = new Breather();
  for (let offset = 0; offset < node.io.length;) {
    await breather.breathe();
    const extent = await node.io.map(offset, node.io.length - offset);
    if (extent.kind === 'data' && !(offset === 0 && await beginsWithZeroes(node, extent.length))) return false;
    offset += extent.length;
  }
  return true;
}

/** A raw file that was just made has a first block, so that alignments can be probed. */
async function beginsWithZeroes(node: BlockNode, length: number): Promise<boolean> {
  if (length > FIRST_BLOCK) return false;
  const bytes = Buffer.allocUnsafe(length);
  await node.io.read(0, bytes);
  return isZero(bytes);
}
