import { list } from '../../qapi/schema.ts';
import { memdev } from '../../qapi/types/memory-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-memdev',
  doc: 'lists the memory backends',
  since: '2.1',
  returns: list(memdev),
});
