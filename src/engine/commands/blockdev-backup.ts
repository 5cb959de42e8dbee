import { blockdevBackup } from '../../qapi/types/block-job-arguments.ts';
import { prepareBlockdevBackup } from '../backup-start.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'blockdev-backup',
  doc: 'start a job that copies a device, as it is now, to an existing node',
  since: '2.3',
  data: blockdevBackup,
  run: async (args, engine) => void (await prepareBlockdevBackup(args, engine)).start(),
});
