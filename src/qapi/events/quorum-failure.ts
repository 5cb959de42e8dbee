import { defineEvent } from '../define-event.ts';
import { described, int, str } from '../schema.ts';

export default defineEvent({
  name: 'QUORUM_FAILURE',
  doc: 'the children of a quorum node did not agree',
  since: '2.0',
  data: {
    reference: described(str, 'device or node'),
    'sector-num': described(int, 'first sector'),
    'sectors-count': int,
  },
});
