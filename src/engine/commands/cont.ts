import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'cont',
  doc: 'let the guest run again; the I/O status of every device becomes ok',
  since: '0.14',
  run: (_, engine) => {
    for (const { backend } of engine.machine.drives) backend.ioStatus = 'ok';
    engine.runState.cont();
  },
});
