import { defineEvent } from '../define-event.ts';
import { described, naming, uint64 } from '../schema.ts';

export default defineEvent({
  name: 'BLOCK_WRITE_THRESHOLD',
  doc: 'a write went beyond the write threshold of a node; the threshold is off again',
  since: '2.3',
  data: {
    'node-name': naming('node'),
    'amount-exceeded': described(uint64, 'bytes beyond'),
    'write-threshold': described(uint64, 'bytes'),
  },
});
