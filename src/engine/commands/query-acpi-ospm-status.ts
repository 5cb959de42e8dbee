import { list } from '../../qapi/schema.ts';
import { acpiOSTInfo } from '../../qapi/types/memory-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-acpi-ospm-status',
  doc: 'lists what the guest reported of its slots',
  since: '2.1',
  returns: list(acpiOSTInfo),
});
