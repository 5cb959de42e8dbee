import { backingOf, mapChain } from '../block/chain-map.ts';
import type { ChainExtent } from '../block/chain-map.ts';
import type { DirtyBitmap } from '../block/dirty-bitmap.ts';
import type { BlockNode } from '../block/node.ts';
import { STATE } from './protocol.ts';

/** A run of bytes that a context says the same of. */
export interface StatusRun {
  /** Bytes. */
  readonly length: number;
  readonly flags: number;
}

/** A kind of facts about an export's bytes that clients can ask for. */
export interface MetaContext {
  readonly name: string;
  /** What is said of the bytes from `offset` on, at most `length` of them. Rejects with IoError. */
  runAt(node: BlockNode, offset: number, length: number): StatusRun | Promise<StatusRun>;
}

/** Which bytes are stored, and which read as zero. */
export const baseAllocation: MetaContext = {
  name: 'base:allocation',
  runAt: async (node, offset, length) => {
    const { kind, length: found } = await mapChain(node, offset, length);
    return { length: found, flags: kind === 'data' ? 0 : STATE.hole | STATE.zero };
  },
};

/** How far down the backing chain bytes are stored: 1 in the image itself, 0 nowhere. */
export const allocationDepth: MetaContext = {
  name: 'qemu:allocation-depth',
  runAt: async (node, offset, length) => {
    const extent = await mapChain(node, offset, length);
    return { length: extent.length, flags: depthOf(node, extent) };
  },
};

/** Which bytes a dirty bitmap has noted. */
export function dirtyBitmapContext(bitmap: DirtyBitmap): MetaContext {
  return {
    name: `qemu:dirty-bitmap:${bitmap.name}`,
    runAt: (_, offset, length) => {
      const { bits, granularity } = bitmap;
      const first = Math.floor(offset / granularity);
      const dirty = bits.next(first);
      const end = dirty === first ? bits.runEnd(first) : dirty < 0 ? Infinity : dirty;
      return { length: Math.min(end * granularity - offset, length), flags: dirty === first ? 1 : 0 };
    },
  };
}

function depthOf(top: BlockNode, { kind, node }: ChainExtent): number {
  if (kind === 'unallocated') return 0;
  let depth = 1;
  for (let at: BlockNode | undefined = top; at !== undefined && at !== node; at = backingOf(at)) depth++;
  return depth;
}
