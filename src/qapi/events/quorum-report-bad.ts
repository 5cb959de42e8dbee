import { defineEvent } from '../define-event.ts';
import { described, enumeration, int, naming, str } from '../schema.ts';

export default defineEvent({
  name: 'QUORUM_REPORT_BAD',
  doc: 'a child of a quorum node failed or was outvoted',
  since: '2.0',
  data: {
    type: enumeration('QuorumOpType', ['read', 'write', 'flush']),
    '*error': described(str, 'absent when it was outvoted'),
    'node-name': naming('node'),
    'sector-num': described(int, 'first sector'),
    'sectors-count': int,
  },
});
