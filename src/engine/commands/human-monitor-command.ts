import { createHmp } from '../../hmp/create-hmp.ts';
import { described, int, str } from '../../qapi/schema.ts';
import { commands } from '../commands.ts';
import { defineCommand } from '../define-command.ts';

/** Errors of the human monitor are text, as in QEMU: the command itself succeeds. */
export default defineCommand({
  name: 'human-monitor-command',
  doc: 'run a line of the human monitor and return what it prints',
  since: '0.14',
  data: {
    'command-line': described(str, 'the line'),
    '*cpu-index': described(int, 'processor that the line is about'),
  },
  returns: str,
  run: async ({ 'command-line': line }, engine) => {
    const offered = new Set((await commands.loadAll()).filter((command) => command.run).map((command) => command.name));
    const hmp = createHmp({ execute: (name, args) => engine.executeNested(name, args), offers: (name) => offered.has(name), compat: true });
    return hmp.run(line);
  },
});
