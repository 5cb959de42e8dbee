import { list } from '../../qapi/schema.ts';
import { cpuInfo } from '../../qapi/types/cpu-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-cpus',
  doc: 'lists the virtual CPUs',
  since: '0.14',
  returns: list(cpuInfo),
});
