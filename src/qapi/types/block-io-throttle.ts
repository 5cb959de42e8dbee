import { described, int, naming, str, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';

/** The six limits; 0 means none. */
export const throttleLimits = {
  bps: described(int, 'bytes per second, reads and writes together'),
  bps_rd: described(int, 'bytes read per second'),
  bps_wr: described(int, 'bytes written per second'),
  iops: described(int, 'requests per second, reads and writes together'),
  iops_rd: described(int, 'reads per second'),
  iops_wr: described(int, 'writes per second'),
} as const;

/** How far and how long each limit may be exceeded. */
export const throttleBursts = {
  '*bps_max': described(int, 'burst: bytes per second in all'),
  '*bps_rd_max': described(int, 'burst: bytes read per second'),
  '*bps_wr_max': described(int, 'burst: bytes written per second'),
  '*iops_max': described(int, 'burst: requests per second in all'),
  '*iops_rd_max': described(int, 'burst: reads per second'),
  '*iops_wr_max': described(int, 'burst: writes per second'),
  '*bps_max_length': described(int, 'seconds that the bps_max burst may last'),
  '*bps_rd_max_length': described(int, 'seconds that the bps_rd_max burst may last'),
  '*bps_wr_max_length': described(int, 'seconds that the bps_wr_max burst may last'),
  '*iops_max_length': described(int, 'seconds that the iops_max burst may last'),
  '*iops_rd_max_length': described(int, 'seconds that the iops_rd_max burst may last'),
  '*iops_wr_max_length': described(int, 'seconds that the iops_wr_max burst may last'),
  '*iops_size': described(int, 'a request of n times this many bytes counts as n'),
  '*group': described(str, 'devices of one group share the limits'),
} as const;

/** New limits for a device. */
export const blockIOThrottle = struct('BlockIOThrottle', {
  '*device': described(naming('device'), 'drive (or say id)'),
  '*id': described(naming('qdev'), 'guest device: its id or QOM path'),
  ...throttleLimits,
  ...throttleBursts,
});

export type BlockIOThrottle = Infer<typeof blockIOThrottle>;
