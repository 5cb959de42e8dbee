import { completeJob } from '../complete-job.ts';
import { defineEffect } from '../effect.ts';
import { findJob, textOf } from '../live-facts.ts';

export default defineEffect({ name: 'block-job-complete', describe: ({ device }, live) => completeJob(findJob(device, live), textOf(device), live) });
