import { introspect } from '../../qapi/introspect.ts';
import { events } from '../../qapi/events.ts';
import { list } from '../../qapi/schema.ts';
import { schemaInfo } from '../../qapi/types/schema-info.ts';
import { commands } from '../commands.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-qmp-schema',
  doc: 'the wire schema of this engine: commands, events and types',
  since: '2.5',
  returns: list(schemaInfo),
  preconfig: true,
  run: async () => introspect((await commands.loadAll()).filter((command) => command.run), await events.loadAll()),
});
