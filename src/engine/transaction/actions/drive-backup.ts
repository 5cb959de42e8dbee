import type { DriveBackup } from '../../../qapi/types/block-job-arguments.ts';
import { prepareDriveBackup } from '../../backup-start.ts';
import { defineAction } from '../define-action.ts';

export default defineAction<DriveBackup>({
  type: 'drive-backup',
  mayGroup: true,
  prepare: async (data, engine, group) => {
    const job = await prepareDriveBackup(data, engine, group);
    return { commit: () => void job.start(), abort: () => job.abandon() };
  },
});
