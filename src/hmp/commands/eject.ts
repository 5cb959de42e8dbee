import { deviceOrId } from '../block-names.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'eject',
  args: 'force:-f,device:B',
  usage: '[-f] device',
  doc: 'take the medium out of a drive; -f even when the guest has locked the tray',
  needs: ['eject'],
  completes: { device: { names: ['device', 'qdev'] } },
  request: async ({ force, device }, { names }) => ({ command: 'eject', args: { ...await deviceOrId(device, names), force } }),
});
