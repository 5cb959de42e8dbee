import { bool, described, int, str, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';

const run = {
  start: described(int, 'guest offset in bytes'),
  length: described(int, 'bytes'),
};

/** A run of an image's bytes, as `qemu-img map` lists them. */
export const mapEntry = struct('MapEntry', {
  ...run,
  data: described(bool, 'bytes are stored'),
  zero: described(bool, 'bytes read as zero'),
  depth: described(int, 'how many backing images down they lie'),
  '*offset': described(int, 'where they lie in the file'),
  '*filename': str,
});

export type MapEntry = Infer<typeof mapEntry>;

export const blockDeviceMapEntry = struct('BlockDeviceMapEntry', {
  ...run,
  depth: int,
  zero: bool,
  data: bool,
  '*offset': int,
});

export type BlockDeviceMapEntry = Infer<typeof blockDeviceMapEntry>;
