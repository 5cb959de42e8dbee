import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'block_stream',
  args: 'device:B,speed:o?,base:s?',
  usage: 'device [speed [base]]',
  doc: 'copy a backing image into the image above it, as a job',
  needs: ['block-stream'],
  completes: { device: { names: ['device', 'node'] }, base: { names: ['backing-file'] } },
  request: ({ device, speed, base }) => ({
    command: 'block-stream',
    args: { 'job-id': device, device, ...(base !== undefined && { base }), ...(speed !== undefined && { speed }), 'on-error': 'report' },
  }),
});
