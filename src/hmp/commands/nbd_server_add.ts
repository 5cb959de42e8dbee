import { rootOf } from '../block-names.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'nbd_server_add',
  args: 'writable:-w,device:B,name:s?',
  usage: '[-w] device [name]',
  doc: 'export a device over NBD; -w: clients may write to it',
  needs: ['nbd-server-add'],
  completes: { device: { names: ['device-or-node', 'qdev'] } },
  request: async ({ writable, device, name }, { names }) => ({
    command: 'nbd-server-add',
    args: { device: await rootOf(device, names), ...(name !== undefined && { name }), writable },
  }),
});
