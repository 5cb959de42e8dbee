import { described, list, str } from '../../qapi/schema.ts';
import { rockerPort } from '../../qapi/types/rocker-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-rocker-ports',
  doc: 'lists the ports of a rocker switch',
  since: '2.4',
  data: { name: described(str, 'name of the switch') },
  returns: list(rockerPort),
});
