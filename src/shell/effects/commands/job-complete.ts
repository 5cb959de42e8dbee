import { completeJob } from '../complete-job.ts';
import { defineEffect } from '../effect.ts';
import { findJob, textOf } from '../live-facts.ts';

export default defineEffect({ name: 'job-complete', describe: ({ id }, live) => completeJob(findJob(id, live), textOf(id), live) });
