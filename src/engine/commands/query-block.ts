import { bitmapsInfo } from '../../block/bitmaps-info.ts';
import { deviceInfo } from '../../block/device-info.ts';
import type { BlockNode } from '../../block/node.ts';
import type { Drive } from '../../machine/drive.ts';
import { list } from '../../qapi/schema.ts';
import { blockInfo } from '../../qapi/types/block-info.ts';
import type { BlockDeviceInfo } from '../../qapi/types/block-device-info.ts';
import type { BlockInfo } from '../../qapi/types/block-info.ts';
import { defineCommand } from '../define-command.ts';
import { throttleInfo } from '../throttle-info.ts';

export default defineCommand({
  name: 'query-block',
  doc: 'every block device with its medium',
  since: '0.14',
  returns: list(blockInfo),
  run: async (_, { machine }) => Promise.all(machine.drives.all().map(describe)),
});

async function describe(drive: Drive): Promise<BlockInfo> {
  const { backend, device } = drive;
  return {
    device: backend.name,
    ...(device && { qdev: device.qdev }),
    type: 'unknown',
    removable: drive.isRemovable,
    locked: device?.tray?.locked ?? false,
    ...(backend.root && { inserted: await medium(backend.root, drive) }),
    ...(device?.tray && { tray_open: device.tray.open }),
    ...(drive.stopsOnErrors && { 'io-status': backend.ioStatus }),
    ...(backend.root && bitmapsInfo(backend.root)),
  };
}

/** The write cache that is told is that of the device, if it has a say. */
async function medium(node: BlockNode, { backend: { throttle }, writeCache }: Drive): Promise<BlockDeviceInfo> {
  const info = await deviceInfo(node);
  const cache = { ...info.cache, writeback: writeCache ?? info.cache.writeback };
  return { ...info, cache, ...(throttle && throttleInfo(throttle.group)) };
}
