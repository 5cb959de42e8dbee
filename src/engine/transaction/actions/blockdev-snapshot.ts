import type { BlockdevSnapshot } from '../../../qapi/types/blockdev-snapshot.ts';
import { snapshotToNode } from '../../external-snapshot.ts';
import { defineAction } from '../define-action.ts';

export default defineAction<BlockdevSnapshot>({
  type: 'blockdev-snapshot',
  prepare: async (data, engine) => {
    const snapshot = await snapshotToNode(data, engine);
    return { commit: () => snapshot.keep(), abort: () => snapshot.undo() };
  },
});
