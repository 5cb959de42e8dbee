import { rootOf } from '../block-names.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'snapshot_blkdev_internal',
  args: 'device:B,name:s',
  usage: 'device name',
  doc: 'take a snapshot inside an image',
  needs: ['blockdev-snapshot-internal-sync'],
  completes: { device: { names: ['device-or-node', 'qdev'] } },
  request: async ({ device, name }, { names }) => ({ command: 'blockdev-snapshot-internal-sync', args: { device: await rootOf(device, names), name } }),
});
