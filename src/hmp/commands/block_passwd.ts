import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'block_passwd',
  args: 'device:B,password:s',
  usage: 'device password',
  doc: 'set the password of an encrypted image',
  needs: ['block_passwd'],
  request: ({ device, password }) => ({ command: 'block_passwd', args: { device, password } }),
});
