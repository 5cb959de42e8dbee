import type { BlockdevSnapshotSync } from '../../../qapi/types/blockdev-snapshot.ts';
import { snapshotToFile } from '../../external-snapshot.ts';
import { defineAction } from '../define-action.ts';

export default defineAction<BlockdevSnapshotSync>({
  type: 'blockdev-snapshot-sync',
  prepare: async (data, engine) => {
    const snapshot = await snapshotToFile(data, engine);
    return { commit: () => snapshot.keep(), abort: () => snapshot.undo() };
  },
});
