import { blockdevSnapshotInternal } from '../../qapi/types/blockdev-snapshot.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'blockdev-snapshot-internal-sync',
  doc: 'takes a snapshot inside an image',
  since: '1.7',
  data: blockdevSnapshotInternal,
});
