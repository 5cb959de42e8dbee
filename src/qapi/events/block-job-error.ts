import { defineEvent } from '../define-event.ts';
import { described, naming } from '../schema.ts';
import { blockErrorAction, ioOperationType } from '../types/blockdev-enums.ts';

export default defineEvent({
  name: 'BLOCK_JOB_ERROR',
  doc: 'a request of a block job failed',
  since: '1.3',
  data: {
    device: described(naming('job'), 'the job id'),
    operation: ioOperationType,
    action: described(blockErrorAction, 'what was done about it'),
  },
});
