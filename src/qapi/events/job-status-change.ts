import { defineEvent } from '../define-event.ts';
import { described, naming } from '../schema.ts';
import { jobStatus } from '../types/block-job-info.ts';

export default defineEvent({
  name: 'JOB_STATUS_CHANGE',
  doc: 'a job went from one state to another',
  since: '3.0',
  data: {
    id: described(naming('job'), 'the job id'),
    status: described(jobStatus, 'the new state'),
  },
});
