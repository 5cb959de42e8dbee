import { described, naming, uint64 } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-set-write-threshold',
  doc: 'asks for an event once a node is written beyond an offset',
  since: '2.3',
  data: {
    'node-name': described(naming('node'), 'node to watch'),
    'write-threshold': described(uint64, 'offset in bytes; 0 turns it off'),
  },
});
