import { copyRange, isCopyRangeAvailable } from '../host/copy-range.ts';
import type { BlockNode } from '../block/node.ts';
import type { ChainExtent } from '../block/chain-map.ts';

/** Bytes that lie plainly in a file of the host. */
export interface HostRange {
  readonly descriptor: number;
  readonly offset: number;
}

/** Where the bytes at the extent's start lie in a host file, if they do. */
export function hostRangeOf(extent: ChainExtent): HostRange | undefined {
  if (extent.kind !== 'data' || extent.hostOffset === undefined || extent.compressed === true) return undefined;
  const { node } = extent;
  const descriptor = node.image.descriptor ?? (node.driver.role === 'format' ? node.file?.image.descriptor : undefined);
  return descriptor === undefined ? undefined : { descriptor, offset: extent.hostOffset };
}

/** The protocol node that holds the bytes of `node` at the same offsets, if there is one with a descriptor. */
export function plainFileOf(node: BlockNode): BlockNode | undefined {
  if (node.image.descriptor !== undefined) return node;
  const { file } = node;
  const isPlain = node.driver.name === 'raw' && (node.given.offset ?? 0) === 0 && file?.image.descriptor !== undefined;
  return isPlain ? file : undefined;
}

/** Copies inside the host; false when the host cannot (any more): the bytes must then be read and written. */
export async function offload(from: HostRange, to: HostRange, length: number): Promise<boolean> {
  if (!isCopyRangeAvailable()) return false;
  for (let done = 0; done < length;) {
    const copied = await tryCopy(from.descriptor, from.offset + done, to, { done, length });
    if (copied <= 0) return false;
    done += copied;
  }
  return true;
}

/** A failed system call is not yet an error: reading and writing will tell whether it is one, and whose. */
async function tryCopy(descriptor: number, offset: number, to: HostRange, at: { done: number; length: number }): Promise<number> {
  try {
    return await copyRange(descriptor, offset, to.descriptor, to.offset + at.done, at.length - at.done);
  } catch {
    return 0;
  }
}
