import { defineEvent } from '../define-event.ts';
import { described, str } from '../schema.ts';
import { dumpQueryResult } from '../types/dump-query-result.ts';

export default defineEvent({
  name: 'DUMP_COMPLETED',
  doc: 'a memory dump ended',
  since: '2.6',
  data: {
    result: dumpQueryResult,
    '*error': described(str, 'why it failed'),
  },
});
