import { bool, described, enumeration, list, naming, str, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';
import { blockDeviceInfo } from './block-device-info.ts';
import { blockDirtyInfo } from './block-dirty-info.ts';

export const blockDeviceIoStatus = enumeration('BlockDeviceIoStatus', ['ok', 'failed', 'nospace']);

/** A block device as the guest has it. */
export const blockInfo = struct('BlockInfo', {
  device: described(naming('device'), 'drive name, empty when the device was made without one'),
  '*qdev': described(naming('qdev'), 'guest device: its id or QOM path'),
  type: described(str, 'always "unknown"; kept for old clients'),
  removable: described(bool, 'media can be changed'),
  locked: described(bool, 'the guest has locked the tray'),
  '*inserted': described(blockDeviceInfo, 'the medium'),
  '*tray_open': described(bool, 'for devices that have a tray'),
  '*io-status': described(blockDeviceIoStatus, 'for devices that stop on errors'),
  '*dirty-bitmaps': list(blockDirtyInfo),
});

export type BlockInfo = Infer<typeof blockInfo>;
