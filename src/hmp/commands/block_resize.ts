import { deviceOrNode } from '../block-names.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'block_resize',
  args: 'device:B,size:o',
  usage: 'device size',
  doc: 'change the size of an image; a plain number is MiB',
  needs: ['block_resize'],
  completes: { device: { names: ['device-or-node', 'qdev'] } },
  request: async ({ device, size }, { names }) => ({ command: 'block_resize', args: { ...await deviceOrNode(device, names), size } }),
});
