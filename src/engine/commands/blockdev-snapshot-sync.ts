import { blockdevSnapshotSync } from '../../qapi/types/blockdev-snapshot.ts';
import { defineCommand } from '../define-command.ts';
import { snapshotToFile } from '../external-snapshot.ts';

export default defineCommand({
  name: 'blockdev-snapshot-sync',
  doc: 'put a new overlay on a device; the old image becomes its backing image',
  since: '0.14',
  data: blockdevSnapshotSync,
  run: async (args, engine) => {
    const snapshot = await snapshotToFile(args, engine);
    await snapshot.keep();
  },
});
