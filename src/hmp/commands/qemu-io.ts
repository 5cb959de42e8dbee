import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'qemu-io',
  args: 'qdev:-d,device:B,command:s',
  usage: '[-d] device "command"',
  doc: 'play the guest: run a qemu-io command on a device; -d: device is a guest device\'s id',
  needs: ['x-qemu-io'],
  completes: { device: { names: ['device', 'node', 'qdev'] } },
  run: async ({ qdev, device, command }, { execute }) => (await execute('x-qemu-io', { device, command, ...(qdev && { qdev }) })) as string,
});
