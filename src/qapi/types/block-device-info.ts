import { bool, described, int, list, naming, str, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';
import { blockDirtyInfo } from './block-dirty-info.ts';
import { blockdevDetectZeroesOptions } from './blockdev-enums.ts';
import { imageInfo } from './image-info.ts';
import { throttleBursts, throttleLimits } from './block-io-throttle.ts';

export const blockdevCacheInfo = struct('BlockdevCacheInfo', {
  writeback: described(bool, 'writes count as done before they are on stable storage'),
  direct: described(bool, 'the host page cache is bypassed'),
  'no-flush': described(bool, 'flushes of the guest are ignored'),
});

/** A node of the block graph. */
export const blockDeviceInfo = struct('BlockDeviceInfo', {
  file: described(str, 'file name, or json:{...} when a name cannot say it'),
  '*node-name': naming('node'),
  ro: described(bool, 'opened read-only'),
  drv: described(str, 'driver'),
  '*backing_file': str,
  backing_file_depth: described(int, 'images below this one'),
  encrypted: bool,
  encryption_key_missing: described(bool, 'always false since 2.10'),
  detect_zeroes: blockdevDetectZeroesOptions,
  ...throttleLimits,
  image: imageInfo,
  ...throttleBursts,
  cache: blockdevCacheInfo,
  write_threshold: described(int, 'bytes; 0 when none is set'),
  '*dirty-bitmaps': list(blockDirtyInfo),
});

export type BlockDeviceInfo = Infer<typeof blockDeviceInfo>;

export type BlockdevCacheInfo = Infer<typeof blockdevCacheInfo>;
