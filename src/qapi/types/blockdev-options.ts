import { bool, described, enumeration, lazy, str, struct, union } from '../schema.ts';
import type { Infer, Type } from '../schema.ts';
import { blockdevOptionsBlkdebug, blockdevOptionsBlkverify, blockdevOptionsQuorum } from './blkdebug-options.ts';
import { blockdevDetectZeroesOptions, blockdevDiscardOptions } from './blockdev-enums.ts';
import {
  blockdevOptionsArchipelago, blockdevOptionsCurl, blockdevOptionsFile, blockdevOptionsGluster, blockdevOptionsIscsi,
  blockdevOptionsNbd, blockdevOptionsNfs, blockdevOptionsNull, blockdevOptionsSsh, blockdevOptionsVVFAT,
} from './blockdev-file-options.ts';
import {
  blockdevOptionsCor, blockdevOptionsGenericCOWFormat, blockdevOptionsGenericFormat, blockdevOptionsLUKS, blockdevOptionsQcow2,
  blockdevOptionsRaw, blockdevOptionsReplication, blockdevOptionsThrottle,
} from './blockdev-format-options.ts';

/** Every driver of the vocabulary. Which of them an engine has is its own business. */
export const blockdevDriver = enumeration('BlockdevDriver', [
  'archipelago', 'blkdebug', 'blkverify', 'bochs', 'cloop', 'copy-on-read', 'dmg', 'file', 'ftp', 'ftps', 'gluster',
  'host_cdrom', 'host_device', 'http', 'https', 'iscsi', 'luks', 'nbd', 'nfs', 'null-aio', 'null-co', 'parallels', 'qcow',
  'qcow2', 'qed', 'quorum', 'raw', 'replication', 'ssh', 'throttle', 'vdi', 'vhdx', 'vmdk', 'vpc', 'vvfat',
]);

export type BlockdevDriver = Infer<typeof blockdevDriver>;

export const blockdevCacheOptions = struct('BlockdevCacheOptions', {
  '*direct': described(bool, 'bypass the host page cache'),
  '*no-flush': described(bool, 'ignore flushes; data may be lost when the host crashes'),
});

const base = {
  driver: described(blockdevDriver, 'image format, protocol or filter'),
  '*node-name': described(str, 'name of the new node'),
  '*discard': described(blockdevDiscardOptions, 'what to do with discards'),
  '*cache': described(blockdevCacheOptions, 'how writes are cached'),
  '*read-only': described(bool, 'open for reading only'),
  '*auto-read-only': described(bool, 'open for reading only where writing is not possible'),
  '*force-share': described(bool, 'share the image with programs that write to it'),
  '*detect-zeroes': described(blockdevDetectZeroesOptions, 'turn writes of zeroes into cheaper requests'),
} as const;

/** A node to open: the members all drivers have, and those of its own driver. */
export interface BlockdevOptions {
  driver: BlockdevDriver;
  'node-name'?: string;
  discard?: Infer<typeof blockdevDiscardOptions>;
  cache?: Infer<typeof blockdevCacheOptions>;
  'read-only'?: boolean;
  'auto-read-only'?: boolean;
  'force-share'?: boolean;
  'detect-zeroes'?: Infer<typeof blockdevDetectZeroesOptions>;
  readonly [option: string]: unknown;
}

// Formats and filters refer back to this file through their children: they are looked at only when they are needed.
const format = lazy('BlockdevOptionsGenericFormat', () => blockdevOptionsGenericFormat);
const cowFormat = lazy('BlockdevOptionsGenericCOWFormat', () => blockdevOptionsGenericCOWFormat);

const branches: Record<BlockdevDriver, Type> = {
  archipelago: blockdevOptionsArchipelago,
  blkdebug: lazy('BlockdevOptionsBlkdebug', () => blockdevOptionsBlkdebug),
  blkverify: lazy('BlockdevOptionsBlkverify', () => blockdevOptionsBlkverify),
  bochs: format,
  cloop: format,
  'copy-on-read': lazy('BlockdevOptionsCor', () => blockdevOptionsCor),
  dmg: format,
  file: blockdevOptionsFile,
  ftp: blockdevOptionsCurl,
  ftps: blockdevOptionsCurl,
  gluster: blockdevOptionsGluster,
  host_cdrom: blockdevOptionsFile,
  host_device: blockdevOptionsFile,
  http: blockdevOptionsCurl,
  https: blockdevOptionsCurl,
  iscsi: blockdevOptionsIscsi,
  luks: lazy('BlockdevOptionsLUKS', () => blockdevOptionsLUKS),
  nbd: blockdevOptionsNbd,
  nfs: blockdevOptionsNfs,
  'null-aio': blockdevOptionsNull,
  'null-co': blockdevOptionsNull,
  parallels: format,
  qcow: cowFormat,
  qcow2: lazy('BlockdevOptionsQcow2', () => blockdevOptionsQcow2),
  qed: cowFormat,
  quorum: lazy('BlockdevOptionsQuorum', () => blockdevOptionsQuorum),
  raw: lazy('BlockdevOptionsRaw', () => blockdevOptionsRaw),
  replication: lazy('BlockdevOptionsReplication', () => blockdevOptionsReplication),
  ssh: blockdevOptionsSsh,
  throttle: lazy('BlockdevOptionsThrottle', () => blockdevOptionsThrottle),
  vdi: format,
  vhdx: format,
  vmdk: cowFormat,
  vpc: format,
  vvfat: blockdevOptionsVVFAT,
};

export const blockdevOptions = union<BlockdevOptions>({
  name: 'BlockdevOptions',
  doc: 'a block node to open',
  base,
  discriminator: 'driver',
  branches,
});
