import { described, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'object-del',
  doc: 'removes an object made by object-add',
  since: '2.0',
  data: {
    id: described(str, 'name of the object'),
  },
});
