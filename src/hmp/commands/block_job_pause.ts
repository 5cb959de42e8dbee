import { findJob } from '../block-jobs.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'block_job_pause',
  args: 'device:B',
  usage: 'device',
  doc: 'pause a block job',
  needs: ['block-job-pause'],
  completes: { device: { names: ['job'] } },
  request: async ({ device }, lookup) => ({ command: 'block-job-pause', args: { device: await findJob(device, lookup) } }),
});
