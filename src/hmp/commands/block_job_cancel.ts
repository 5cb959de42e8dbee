import { findJob } from '../block-jobs.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'block_job_cancel',
  args: 'force:-f,device:B',
  usage: '[-f] device',
  doc: 'cancel a block job; a ready mirror keeps its target, unless -f',
  needs: ['block-job-cancel'],
  completes: { device: { names: ['job'] } },
  request: async ({ force, device }, lookup) => ({ command: 'block-job-cancel', args: { device: await findJob(device, lookup), force } }),
});
