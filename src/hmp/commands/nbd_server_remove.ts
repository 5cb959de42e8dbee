import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'nbd_server_remove',
  args: 'force:-f,name:s',
  usage: '[-f] name',
  doc: 'take an NBD export away; -f even while clients use it',
  needs: ['nbd-server-remove'],
  completes: { name: { names: ['export'] } },
  request: ({ force, name }) => ({ command: 'nbd-server-remove', args: { name, mode: force ? 'hard' : 'safe' } }),
});
