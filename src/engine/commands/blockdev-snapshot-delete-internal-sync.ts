import { described, naming, str } from '../../qapi/schema.ts';
import { snapshotInfo } from '../../qapi/types/snapshot-info.ts';
import { defineCommand } from '../define-command.ts';
import { deleteInternalSnapshot } from '../internal-snapshot.ts';

export default defineCommand({
  name: 'blockdev-snapshot-delete-internal-sync',
  doc: 'delete a snapshot inside an image and say what it was',
  since: '1.7',
  data: {
    device: described(naming('device-or-node'), 'device whose image has it'),
    '*id': described(str, 'id of the snapshot'),
    '*name': described(naming('snapshot'), 'tag of the snapshot'),
  },
  returns: snapshotInfo,
  run: deleteInternalSnapshot,
});
