import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'eject',
  args: 'force:-f,device:B',
  usage: '[-f] device',
  doc: 'take the medium out of a drive; -f even when the guest has locked the tray',
  needs: ['eject'],
  request: ({ force, device }) => ({ command: 'eject', args: { device, force } }),
});
