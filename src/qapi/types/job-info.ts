import { described, int, naming, str, struct } from '../schema.ts';
import type { Infer } from '../schema.ts';
import { blockJobType, jobStatus } from './block-job-info.ts';

/** A job of any kind. */
export const jobInfo = struct('JobInfo', {
  id: described(naming('job'), 'the job id'),
  type: blockJobType,
  status: jobStatus,
  'current-progress': described(int, 'work done, in units of the job\'s own'),
  'total-progress': described(int, 'where the progress will end; may grow'),
  '*error': described(str, 'why it failed'),
});

export type JobInfo = Infer<typeof jobInfo>;
