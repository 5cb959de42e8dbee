import { described, int } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'cpu',
  doc: 'chooses the CPU that later commands work on',
  since: '0.14',
  data: {
    index: described(int, 'number of the CPU'),
  },
});
