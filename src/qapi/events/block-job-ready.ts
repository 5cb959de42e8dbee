import { defineEvent } from '../define-event.ts';
import { blockJobProgress } from '../types/block-job-progress.ts';

export default defineEvent({
  name: 'BLOCK_JOB_READY',
  doc: 'a block job waits to be completed',
  since: '1.3',
  data: { ...blockJobProgress },
});
