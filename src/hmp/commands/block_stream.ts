import { isJobId, jobIdOf, rootOf } from '../block-names.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'block_stream',
  args: 'device:B,speed:o?,base:s?',
  usage: 'device [speed [base]]',
  doc: 'copy a backing image into the image above it, as a job',
  needs: ['block-stream'],
  completes: { device: { names: ['device-or-node', 'qdev'] }, base: { names: ['backing-file'] } },
  request: async ({ device: name, speed, base }, { names }) => {
    const device = await rootOf(name, names);
    const target = device === name && isJobId(name) ? undefined : await names.find(name);
    return {
      command: 'block-stream',
      args: {
        'job-id': target === undefined ? device : jobIdOf(target), device,
        ...(base !== undefined && { base }), ...(speed !== undefined && { speed }), 'on-error': 'report',
      },
    };
  },
});
