import { QapiError } from '../../qapi/qapi-error.ts';
import { described, naming, uint64 } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-set-write-threshold',
  doc: 'ask for an event once a node is written beyond an offset',
  since: '2.3',
  data: {
    'node-name': described(naming('node'), 'node to watch'),
    'write-threshold': described(uint64, 'offset in bytes; 0 turns it off'),
  },
  run: ({ 'node-name': name, 'write-threshold': threshold }, { graph, events }) => {
    const node = graph.find(name);
    if (node === undefined) throw new QapiError(`Device '${name}' not found`);
    node.io.writeThreshold = threshold;
    node.io.onThresholdExceeded = (set, exceeded) => {
      events.emit('BLOCK_WRITE_THRESHOLD', { 'node-name': name, 'amount-exceeded': exceeded, 'write-threshold': set });
    };
  },
});
