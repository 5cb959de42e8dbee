import type { BlockdevSnapshotInternal } from '../../../qapi/types/blockdev-snapshot.ts';
import { deleteInternalSnapshot, takeInternalSnapshot } from '../../internal-snapshot.ts';
import { defineAction } from '../define-action.ts';

export default defineAction<BlockdevSnapshotInternal>({
  type: 'blockdev-snapshot-internal-sync',
  prepare: async (data, engine) => {
    const { id } = await takeInternalSnapshot(data, engine);
    return {
      commit: () => undefined,
      abort: async () => void await deleteInternalSnapshot({ device: data.device, id }, engine),
    };
  },
});
