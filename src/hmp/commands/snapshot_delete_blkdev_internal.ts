import { rootOf } from '../block-names.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'snapshot_delete_blkdev_internal',
  args: 'device:B,name:s,id:s?',
  usage: 'device name [id]',
  doc: 'delete a snapshot inside an image',
  needs: ['blockdev-snapshot-delete-internal-sync'],
  completes: { device: { names: ['device-or-node', 'qdev'] }, name: { names: ['snapshot'] }, id: { names: ['snapshot-id'] } },
  request: async ({ device, name, id }, { names }) => ({
    command: 'blockdev-snapshot-delete-internal-sync',
    args: { device: await rootOf(device, names), ...(id !== undefined && { id }), name },
  }),
});
