import { defineEvent } from '../define-event.ts';
import { described, int, naming } from '../schema.ts';
import { blockJobType } from '../types/block-job-info.ts';

export default defineEvent({
  name: 'BLOCK_JOB_CANCELLED',
  doc: 'a block job was cancelled',
  since: '1.1',
  data: {
    type: blockJobType,
    device: described(naming('job'), 'the job id'),
    len: described(int, 'bytes in all'),
    offset: described(int, 'bytes done'),
    speed: described(int, 'limit in bytes per second, 0 for none'),
  },
});
