import { deviceOrNode } from '../block-names.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'block_passwd',
  args: 'device:B,password:s',
  usage: 'device password',
  doc: 'set the password of an encrypted image',
  needs: ['block_passwd'],
  completes: { device: { names: ['device-or-node', 'qdev'] } },
  request: async ({ device, password }, { names }) => ({ command: 'block_passwd', args: { ...await deviceOrNode(device, names), password } }),
});
