import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'stop',
  doc: 'stop the guest; block jobs go on',
  since: '0.14',
  run: (_, { runState }) => runState.stop(),
});
