import { deviceInfo } from '../../block/device-info.ts';
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
  run: async (_, { machine }) => Promise.all(machine.drives.map(describe)),
});

async function describe(drive: Drive): Promise<BlockInfo> {
  const { backend, device } = drive;
  return {
    device: backend.name,
    qdev: device?.qdev,
    type: 'unknown',
    removable: drive.isRemovable,
    locked: device?.tray?.locked ?? false,
    inserted: await inserted(drive),
    tray_open: device?.tray?.open,
    'io-status': drive.stopsOnErrors ? backend.ioStatus : undefined,
  };
}

async function inserted({ backend, throttle }: Drive): Promise<BlockDeviceInfo | undefined> {
  if (backend.root === undefined) return undefined;
  const info = await deviceInfo(backend.root);
  return throttle ? { ...info, ...throttleInfo(throttle) } : info;
}
