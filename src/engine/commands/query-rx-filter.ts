import { described, list, str } from '../../qapi/schema.ts';
import { rxFilterInfo } from '../../qapi/types/rx-filter-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-rx-filter',
  doc: 'shows what the network cards let through, and makes their changes known again',
  since: '1.6',
  data: {
    '*name': described(str, 'only this network client'),
  },
  returns: list(rxFilterInfo),
});
