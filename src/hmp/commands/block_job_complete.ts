import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'block_job_complete',
  args: 'device:B',
  usage: 'device',
  doc: 'complete a block job that is ready',
  needs: ['block-job-complete'],
  completes: { device: { names: ['job'] } },
  request: ({ device }) => ({ command: 'block-job-complete', args: { device } }),
});
