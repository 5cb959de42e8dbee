import { defineHmpCommand } from '../../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'info history',
  args: '',
  usage: '',
  doc: 'show the lines typed before',
  run: (_, { history }) => history().map((line, index) => `${index}: '${line}'\n`).join(''),
});
