import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'nbd-server-stop',
  doc: 'stops the NBD server and drops its exports',
  since: '1.3',
  run: (_, { exports }) => exports.stop(),
});
