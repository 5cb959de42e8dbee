import { coerce, KeyValueError, nestKeys } from '../../qapi/dotted-keys.ts';
import { objectOptions } from '../../qapi/types/object-options.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';
import { parseOptions } from '../option-string.ts';

export default defineHmpCommand({
  name: 'object_add',
  args: 'object:S',
  usage: '[qom-type=]type,id=str[,prop=value][,...]',
  doc: 'make an object',
  needs: ['object-add'],
  request: ({ object }) => ({ command: 'object-add', args: typed(nestKeys(Object.entries(parseOptions(object, 'qom-type')))) }),
});

/** What is not what the type wants stays text: the command says in its own words what is wrong. */
function typed(options: Record<string, unknown>): Record<string, unknown> {
  try {
    return coerce(objectOptions, options) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof KeyValueError) return options;
    throw error;
  }
}
