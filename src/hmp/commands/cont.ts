import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'cont',
  aliases: ['c'],
  args: '',
  usage: '',
  doc: 'let the guest run',
  needs: ['cont'],
  request: () => ({ command: 'cont', args: {} }),
});
