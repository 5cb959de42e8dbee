import { bool, described, enumeration, int, size, str, struct, union } from '../schema.ts';
import type { Infer } from '../schema.ts';
import { preallocMode } from './blockdev-enums.ts';
import { blockdevDriver } from './blockdev-options.ts';
import type { BlockdevDriver } from './blockdev-options.ts';
import { blockdevRef } from './blockdev-ref.ts';

const length = described(size, 'size of the new image in bytes');

export const blockdevCreateOptionsFile = struct('BlockdevCreateOptionsFile', {
  filename: described(str, 'the file; one that is there is emptied'),
  size: length,
  '*preallocation': described(preallocMode, 'space to allocate at once, all but metadata (default: off)'),
});

export type BlockdevCreateOptionsFile = Infer<typeof blockdevCreateOptionsFile>;

/** The members that are qcow2's own. */
export const qcow2CreateOptions = {
  '*version': described(enumeration('BlockdevQcow2Version', ['v2', 'v3']), 'compatibility level (default: v3)'),
  '*backing-file': described(str, 'name of the backing file, stored as given'),
  '*backing-fmt': described(str, 'format of the backing file'),
  '*cluster-size': described(size, 'bytes, a power of two from 512 to 2 MiB (default: 65536)'),
  '*preallocation': described(preallocMode, 'space to allocate at once (default: off)'),
  '*lazy-refcounts': described(bool, 'let QEMU postpone refcount updates (default: false)'),
  '*refcount-bits': described(int, 'width of a refcount, a power of two up to 64 (default: 16)'),
} as const;

export const blockdevCreateOptionsQcow2 = struct('BlockdevCreateOptionsQcow2', {
  file: described(blockdevRef, 'the node to write the image into'),
  size: length,
  ...qcow2CreateOptions,
});

/** An image to make: the driver and the members of its own. */
export interface BlockdevCreateOptions {
  driver: BlockdevDriver;
  readonly [option: string]: unknown;
}

export const blockdevCreateOptions = union<BlockdevCreateOptions>({
  name: 'BlockdevCreateOptions',
  doc: 'an image to make',
  base: { driver: described(blockdevDriver, 'its format or protocol') },
  discriminator: 'driver',
  branches: { file: blockdevCreateOptionsFile, qcow2: blockdevCreateOptionsQcow2 },
});
