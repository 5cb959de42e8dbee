import { findJob } from '../block-jobs.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'block_job_resume',
  args: 'device:B',
  usage: 'device',
  doc: 'let a paused block job go on',
  needs: ['block-job-resume'],
  completes: { device: { names: ['job'] } },
  request: async ({ device }, lookup) => ({ command: 'block-job-resume', args: { device: await findJob(device, lookup) } }),
});
