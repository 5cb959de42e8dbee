import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'snapshot_blkdev_internal',
  args: 'device:B,name:s',
  usage: 'device name',
  doc: 'take a snapshot inside an image',
  needs: ['blockdev-snapshot-internal-sync'],
  request: ({ device, name }) => ({ command: 'blockdev-snapshot-internal-sync', args: { device, name } }),
});
