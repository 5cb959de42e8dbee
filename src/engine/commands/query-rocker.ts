import { described, str } from '../../qapi/schema.ts';
import { rockerSwitch } from '../../qapi/types/rocker-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-rocker',
  doc: 'shows a rocker switch',
  since: '2.4',
  data: { name: described(str, 'name of the switch') },
  returns: rockerSwitch,
});
