import { list } from '../../qapi/schema.ts';
import { gicCapability } from '../../qapi/types/gic-capability.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-gic-capabilities',
  doc: 'lists the interrupt controllers that can be had (ARM)',
  since: '2.6',
  returns: list(gicCapability),
});
