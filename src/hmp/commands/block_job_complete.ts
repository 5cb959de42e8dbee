import { findJob } from '../block-jobs.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'block_job_complete',
  args: 'device:B',
  usage: 'device',
  doc: 'complete a block job that is ready',
  needs: ['block-job-complete'],
  completes: { device: { names: ['job'] } },
  request: async ({ device }, lookup) => ({ command: 'block-job-complete', args: { device: await findJob(device, lookup) } }),
});
