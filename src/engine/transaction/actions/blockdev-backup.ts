import type { BlockdevBackup } from '../../../qapi/types/block-job-arguments.ts';
import { prepareBlockdevBackup } from '../../backup-start.ts';
import { defineAction } from '../define-action.ts';

export default defineAction<BlockdevBackup>({
  type: 'blockdev-backup',
  mayGroup: true,
  prepare: async (data, engine, group) => {
    const job = await prepareBlockdevBackup(data, engine, group);
    return { commit: () => void job.start(), abort: () => job.abandon() };
  },
});
