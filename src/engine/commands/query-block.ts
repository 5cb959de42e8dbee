import type { Drive } from '../../machine/drive.ts';
import { list } from '../../qapi/schema.ts';
import { blockInfo } from '../../qapi/types/block-info.ts';
import type { BlockInfo } from '../../qapi/types/block-info.ts';
import { blockDeviceInfo } from '../block-device-info.ts';
import { defineCommand } from '../define-command.ts';

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
    inserted: backend.root && await blockDeviceInfo(backend.root, drive.throttle),
    tray_open: device?.tray?.open,
    'io-status': drive.stopsOnErrors ? backend.ioStatus : undefined,
  };
}
