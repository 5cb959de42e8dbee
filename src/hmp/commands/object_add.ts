import { objectOptions } from '../../qapi/types/object-options.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';
import { parseKeyValues } from '../key-values.ts';

export default defineHmpCommand({
  name: 'object_add',
  args: 'object:S',
  usage: '[qom-type=]type,id=str[,prop=value][,...]',
  doc: 'make an object',
  needs: ['object-add'],
  completes: { object: { options: { command: 'object-add', first: 'qom-type' } } },
  request: ({ object }) => ({ command: 'object-add', args: parseKeyValues(object, 'qom-type', objectOptions) }),
});
