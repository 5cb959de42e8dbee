import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'device_del',
  args: 'id:s',
  usage: 'device',
  doc: 'ask the guest to let a device go',
  needs: ['device_del'],
  completes: { id: { names: ['qdev'] } },
  request: ({ id }) => ({ command: 'device_del', args: { id } }),
});
