import { described, list, str, uint32 } from '../../qapi/schema.ts';
import { rockerOfDpaFlow } from '../../qapi/types/rocker-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-rocker-of-dpa-flows',
  doc: 'lists the flows of a rocker switch',
  since: '2.4',
  data: {
    name: described(str, 'name of the switch'),
    '*tbl-id': described(uint32, 'only this flow table'),
  },
  returns: list(rockerOfDpaFlow),
});
