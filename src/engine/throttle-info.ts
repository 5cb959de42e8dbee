import type { Throttle } from '../machine/throttle-limits.ts';
import type { BlockDeviceInfo } from '../qapi/types/block-device-info.ts';

const SIDES = ['bps', 'bps_rd', 'bps_wr', 'iops', 'iops_rd', 'iops_wr'] as const;

/** What query-block adds to a node that is in a throttled drive. Burst limits are told only where there are any, as QEMU does. */
export function throttleInfo({ group, limits }: Throttle): Partial<BlockDeviceInfo> {
  const info: Record<string, number | string> = { group };
  for (const side of SIDES) {
    info[side] = limits[side] ?? 0;
    const burst = limits[`${side}_max`] ?? 0;
    if (burst > 0) Object.assign(info, { [`${side}_max`]: burst, [`${side}_max_length`]: limits[`${side}_max_length`] ?? 1 });
  }
  if (limits.iops_size) info.iops_size = limits.iops_size;
  return info;
}
