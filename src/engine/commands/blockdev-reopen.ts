import { described, list } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';
import { ownBlockdevOptions } from '../own-drivers.ts';

export default defineCommand({
  name: 'blockdev-reopen',
  doc: 'give open nodes other options and children, all of them or none; what is left out gets its default value',
  since: '6.1',
  data: {
    options: described(list(ownBlockdevOptions()), 'the nodes by node-name, each described as for blockdev-add'),
  },
  run: ({ options }, { graph }) => graph.reopen(options),
});
