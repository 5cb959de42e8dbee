import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'device_add',
  args: 'device:O',
  usage: 'driver[,prop=value][,...]',
  doc: 'plug a guest device in',
  needs: ['device_add'],
  completes: { device: { options: { command: 'device_add', first: 'driver' } } },
  request: ({ device }) => ({ command: 'device_add', args: device }),
});
