import { defineEvent } from '../define-event.ts';
import { blockJobProgress } from '../types/block-job-progress.ts';

export default defineEvent({
  name: 'BLOCK_JOB_CANCELLED',
  doc: 'a block job was cancelled',
  since: '1.1',
  data: { ...blockJobProgress },
});
