import { jobId } from '../../job-progress.ts';
import { defineEffect, loss } from '../effect.ts';
import { textOf } from '../live-facts.ts';

export default defineEffect({
  name: 'quit',
  describe: (_args, { status, jobs }) => {
    const state = textOf(status?.status);
    const lost = jobs.length === 0 ? '' : ` and ${jobs.length === 1 ? `job ${jobId(jobs[0]!)}` : `${jobs.length} jobs`}`;
    const machine = state === '' ? 'the far end' : `the virtual machine (${state})`;
    return loss(`ends ${machine}${lost} at once`, 'quit', 'nothing is shut down: the guest loses what it has not written');
  },
});
