import { list } from '../../qapi/schema.ts';
import { commandInfo } from '../../qapi/types/version-info.ts';
import { commands } from '../commands.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-commands',
  doc: 'the commands that this engine carries out',
  since: '0.13',
  returns: list(commandInfo),
  preconfig: true,
  run: async () => (await commands.loadAll()).filter((command) => command.run).map(({ name }) => ({ name })),
});
