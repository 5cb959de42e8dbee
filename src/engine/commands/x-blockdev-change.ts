import { described, naming, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'x-blockdev-change',
  doc: 'adds a child to a node of the graph or takes one away (quorum)',
  since: '2.7',
  data: {
    parent: described(naming('device-or-node'), 'device or node to change'),
    '*child': described(str, 'name of the child to take away'),
    '*node': described(naming('node'), 'node to add as a child'),
  },
});
