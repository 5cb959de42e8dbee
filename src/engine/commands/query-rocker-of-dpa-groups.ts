import { described, list, str, uint8 } from '../../qapi/schema.ts';
import { rockerOfDpaGroup } from '../../qapi/types/rocker-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-rocker-of-dpa-groups',
  doc: 'lists the groups of a rocker switch',
  since: '2.4',
  data: {
    name: described(str, 'name of the switch'),
    '*type': described(uint8, 'only groups of this type'),
  },
  returns: list(rockerOfDpaGroup),
});
