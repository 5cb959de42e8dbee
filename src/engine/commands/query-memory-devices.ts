import { list } from '../../qapi/schema.ts';
import { memoryDeviceInfo } from '../../qapi/types/memory-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-memory-devices',
  doc: 'lists the memory devices',
  since: '2.1',
  returns: list(memoryDeviceInfo),
});
