import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'quit',
  doc: 'end the engine: jobs are cancelled, images closed',
  since: '0.14',
  preconfig: true,
  run: (_, engine) => engine.quit(),
});
