import { driveBackup } from '../../qapi/types/block-job-arguments.ts';
import { prepareDriveBackup } from '../backup-start.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'drive-backup',
  doc: 'copy the device as it is now into a new image, while the guest goes on',
  since: '1.6',
  data: driveBackup,
  run: async (args, engine) => void (await prepareDriveBackup(args, engine)).start(),
});
