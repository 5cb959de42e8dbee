import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'block_job_cancel',
  args: 'force:-f,device:B',
  usage: '[-f] device',
  doc: 'cancel a block job; a ready mirror keeps its target, unless -f',
  needs: ['block-job-cancel'],
  completes: { device: { names: ['job'] } },
  request: ({ force, device }) => ({ command: 'block-job-cancel', args: { device, force } }),
});
