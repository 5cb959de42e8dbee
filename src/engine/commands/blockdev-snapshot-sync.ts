import { blockdevSnapshotSync } from '../../qapi/types/blockdev-snapshot.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'blockdev-snapshot-sync',
  doc: 'puts a new overlay on a device; the old image becomes its backing image',
  since: '0.14',
  data: blockdevSnapshotSync,
});
