import { findJob } from '../block-jobs.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'block_job_set_speed',
  args: 'device:B,speed:o',
  usage: 'device speed',
  doc: 'limit a block job; a plain number is MiB per second, 0 is no limit',
  needs: ['block-job-set-speed'],
  completes: { device: { names: ['job'] } },
  request: async ({ device, speed }, lookup) => ({ command: 'block-job-set-speed', args: { device: await findJob(device, lookup), speed } }),
});
