import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'block_job_set_speed',
  args: 'device:B,speed:o',
  usage: 'device speed',
  doc: 'limit a block job; a plain number is MiB per second, 0 is no limit',
  needs: ['block-job-set-speed'],
  completes: { device: { names: ['job'] } },
  request: ({ device, speed }) => ({ command: 'block-job-set-speed', args: { device, speed } }),
});
