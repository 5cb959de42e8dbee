import { QapiError } from '../../qapi/qapi-error.ts';
import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';
import { deleteNode } from '../delete-node.ts';
import { deleteDrive } from '../monitor-drive.ts';

export default defineCommand({
  name: 'x-blockdev-del',
  doc: 'close a node or a drive that blockdev-add made and nothing uses',
  since: '2.5',
  data: { '*id': described(naming('device'), 'the drive'), '*node-name': described(naming('node'), 'the node') },
  run: async ({ id, 'node-name': nodeName }, engine) => {
    if (id !== undefined && nodeName !== undefined) throw new QapiError('Only one of id and node-name must be specified');
    if (nodeName !== undefined) await deleteNode(nodeName, engine);
    else if (id !== undefined) await deleteDrive(id, engine);
    else throw new QapiError('No block device specified');
  },
});
