import { list } from '../../qapi/schema.ts';
import { hotpluggableCPU } from '../../qapi/types/cpu-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-hotpluggable-cpus',
  doc: 'lists the CPUs that are plugged in or could be',
  since: '2.7',
  returns: list(hotpluggableCPU),
});
