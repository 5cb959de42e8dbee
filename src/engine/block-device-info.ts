import type { BlockNode } from '../block/node.ts';
import type { Throttle } from '../machine/throttle-limits.ts';
import type { BlockDeviceInfo } from '../qapi/types/block-device-info.ts';
import { imageInfo } from './image-info.ts';

/** A node as query-named-block-nodes tells it; with the throttling of the drive that it is in, as query-block does. */
export async function blockDeviceInfo(node: BlockNode, throttle?: Throttle): Promise<BlockDeviceInfo> {
  const image = await imageInfo(node);
  const { noFlush, ...cache } = node.options.cache;
  return {
    file: node.filename,
    'node-name': node.name,
    ro: node.readOnly,
    drv: node.driver.name,
    ...(node.backing && { backing_file: node.backing.filename }),
    backing_file_depth: node.backingChain.length,
    encrypted: node.image.facts().encrypted ?? false,
    encryption_key_missing: false,
    detect_zeroes: node.options.detectZeroes,
    ...throttleInfo(throttle),
    image,
    cache: { ...cache, 'no-flush': noFlush },
    write_threshold: 0,
  };
}

const SIDES = ['bps', 'bps_rd', 'bps_wr', 'iops', 'iops_rd', 'iops_wr'] as const;
type Side = (typeof SIDES)[number];

/** Burst limits are told only where there are any, as QEMU does. */
function throttleInfo(throttle: Throttle | undefined): Record<Side, number> {
  const limits = throttle?.limits ?? {};
  const info: Record<string, number | string> = Object.fromEntries(SIDES.map((side) => [side, limits[side] ?? 0]));
  for (const side of SIDES) {
    const burst = limits[`${side}_max`] ?? 0;
    if (burst > 0) Object.assign(info, { [`${side}_max`]: burst, [`${side}_max_length`]: limits[`${side}_max_length`] ?? 1 });
  }
  if (limits.iops_size) info.iops_size = limits.iops_size;
  if (throttle) info.group = throttle.group;
  return info as Record<Side, number>;
}
