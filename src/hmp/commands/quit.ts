import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'quit',
  aliases: ['q'],
  args: '',
  usage: '',
  doc: 'leave qmon; on a served monitor: end the virtual machine',
  needs: ['quit'],
  request: () => ({ command: 'quit', args: {} }),
});
