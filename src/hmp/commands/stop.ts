import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'stop',
  aliases: ['s'],
  args: '',
  usage: '',
  doc: 'stop the guest',
  needs: ['stop'],
  request: () => ({ command: 'stop', args: {} }),
});
