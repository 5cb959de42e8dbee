import { defineEvent } from '../define-event.ts';
import { described, str } from '../schema.ts';
import { blockJobProgress } from '../types/block-job-progress.ts';

export default defineEvent({
  name: 'BLOCK_JOB_COMPLETED',
  doc: 'a block job ended, well or with an error',
  since: '1.1',
  data: {
    ...blockJobProgress,
    '*error': described(str, 'why it failed'),
  },
});
