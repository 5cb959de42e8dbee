import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'nbd_server_add',
  args: 'writable:-w,device:B,name:s?',
  usage: '[-w] device [name]',
  doc: 'export a device over NBD; -w: clients may write to it',
  needs: ['nbd-server-add'],
  completes: { device: { names: ['device', 'node'] } },
  request: ({ writable, device, name }) => ({
    command: 'nbd-server-add',
    args: { device, ...(name !== undefined && { name }), writable },
  }),
});
