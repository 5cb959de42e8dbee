import { cancelJob } from '../cancel-job.ts';
import { defineEffect } from '../effect.ts';
import { findJob, textOf } from '../live-facts.ts';

/** Unlike block-job-cancel it breaks off a ready job as well. */
export default defineEffect({
  name: 'job-cancel',
  describe: ({ id }, live) => cancelJob(findJob(id, live), textOf(id), true),
});
