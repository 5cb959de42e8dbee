import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'nbd_server_stop',
  args: '',
  usage: '',
  doc: 'stop the NBD server',
  needs: ['nbd-server-stop'],
  request: () => ({ command: 'nbd-server-stop', args: {} }),
});
