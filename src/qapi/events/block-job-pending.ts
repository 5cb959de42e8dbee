import { defineEvent } from '../define-event.ts';
import { described, naming } from '../schema.ts';
import { blockJobType } from '../types/block-job-info.ts';

export default defineEvent({
  name: 'BLOCK_JOB_PENDING',
  doc: 'a block job waits to be finalized',
  since: '2.12',
  data: {
    type: blockJobType,
    id: described(naming('job'), 'the job id'),
  },
});
