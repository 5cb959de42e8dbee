import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'snapshot_delete_blkdev_internal',
  args: 'device:B,name:s,id:s?',
  usage: 'device name [id]',
  doc: 'delete a snapshot inside an image',
  needs: ['blockdev-snapshot-delete-internal-sync'],
  completes: { name: { names: ['snapshot'] } },
  request: ({ device, name, id }) => ({
    command: 'blockdev-snapshot-delete-internal-sync',
    args: { device, ...(id !== undefined && { id }), name },
  }),
});
