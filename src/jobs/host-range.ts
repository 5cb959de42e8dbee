import type { ChainExtent } from '../block/chain-map.ts';
import type { HostRange } from '../block/driver.ts';

/** Where the bytes at the extent's start lie in a host file, if they do. */
export function hostRangeOf(extent: ChainExtent): HostRange | undefined {
  if (extent.kind !== 'data' || extent.hostOffset === undefined || extent.compressed === true) return undefined;
  const { node } = extent;
  const descriptor = node.image.descriptor ?? (node.driver.role === 'format' ? node.file?.image.descriptor : undefined);
  return descriptor === undefined ? undefined : { descriptor, offset: extent.hostOffset };
}
