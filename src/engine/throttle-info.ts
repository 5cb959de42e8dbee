import type { ThrottleGroup } from '../block/throttle-group.ts';
import { THROTTLED_RATES } from '../block/throttle-limits.ts';
import type { BlockDeviceInfo } from '../qapi/types/block-device-info.ts';

/** What query-block adds to a node that is in a throttled drive. Burst limits are told only where there are any, as QEMU does. */
export function throttleInfo({ name, limits }: ThrottleGroup): Partial<BlockDeviceInfo> {
  const info: Record<string, number | bigint | string> = { group: name };
  for (const rate of THROTTLED_RATES) {
    info[rate] = limits[rate] ?? 0;
    const burst = limits[`${rate}_max`] ?? 0;
    if (burst > 0) Object.assign(info, { [`${rate}_max`]: burst, [`${rate}_max_length`]: limits[`${rate}_max_length`] ?? 1 });
  }
  if (limits.iops_size) info.iops_size = limits.iops_size;
  return info;
}
