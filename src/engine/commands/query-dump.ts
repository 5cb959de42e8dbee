import { dumpQueryResult } from '../../qapi/types/dump-query-result.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-dump',
  doc: 'shows how far a memory dump is',
  since: '2.6',
  returns: dumpQueryResult,
});
