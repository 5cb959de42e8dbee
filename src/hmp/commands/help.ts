import { defineHmpCommand } from '../define-hmp-command.ts';
import { HmpError } from '../hmp-error.ts';

export default defineHmpCommand({
  name: 'help',
  aliases: ['?'],
  args: 'name:S?',
  usage: '[cmd]',
  doc: 'show all commands, or one',
  completes: { name: { names: ['command'] } },
  run: async ({ name }, { help, passOn }) => {
    const words = name?.split(/\s+/).filter((word) => word !== '') ?? [];
    const text = await help(words);
    if (text !== undefined) return text;
    return passOn() ?? Promise.reject(new HmpError('unknown command', `unknown command: '${words.slice(0, 2).join(' ')}'`));
  },
});
