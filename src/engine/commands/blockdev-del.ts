import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';
import { deleteNode } from '../delete-node.ts';

export default defineCommand({
  name: 'blockdev-del',
  doc: 'close a node that blockdev-add made and nothing uses',
  since: '2.9',
  data: { 'node-name': described(naming('node'), 'the node') },
  run: (args, engine) => deleteNode(args['node-name'], engine),
});
