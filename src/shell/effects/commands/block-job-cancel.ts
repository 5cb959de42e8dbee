import { cancelJob } from '../cancel-job.ts';
import { defineEffect } from '../effect.ts';
import { findJob, textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'block-job-cancel',
  describe: ({ device, force }, live) => cancelJob(findJob(device, live), textOf(device), force === true),
});
