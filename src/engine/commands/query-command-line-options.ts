import { described, list, str } from '../../qapi/schema.ts';
import { commandLineOptionInfo } from '../../qapi/types/command-line-option-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-command-line-options',
  doc: 'lists the command line options and their parameters',
  since: '1.5',
  data: {
    '*option': described(str, 'only this one'),
  },
  returns: list(commandLineOptionInfo),
});
