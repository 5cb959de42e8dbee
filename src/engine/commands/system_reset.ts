import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'system_reset',
  doc: 'reset the guest: trays are closed and unlocked',
  since: '0.14',
  run: (_, { machine, events, runState }) => {
    machine.reset();
    runState.reset();
    events.emit('RESET', { guest: false, reason: 'host-qmp-system-reset' });
  },
});
