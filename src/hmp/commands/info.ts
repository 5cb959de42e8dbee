import { defineHmpCommand } from '../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'info',
  args: 'item:s?',
  usage: '[subcommand]',
  doc: 'show something of the machine',
  run: async (_, { help }) => (await help(['info'])) ?? '',
});
