import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'system_reset',
  args: '',
  usage: '',
  doc: 'reset the guest',
  needs: ['system_reset'],
  request: () => ({ command: 'system_reset', args: {} }),
});
