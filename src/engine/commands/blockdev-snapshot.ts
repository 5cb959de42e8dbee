import { blockdevSnapshot } from '../../qapi/types/blockdev-snapshot.ts';
import { defineCommand } from '../define-command.ts';
import { snapshotToNode } from '../external-snapshot.ts';

export default defineCommand({
  name: 'blockdev-snapshot',
  doc: 'put an existing node on top of another as its overlay',
  since: '2.5',
  data: blockdevSnapshot,
  run: async (args, engine) => {
    const snapshot = await snapshotToNode(args, engine);
    await snapshot.keep();
  },
});
