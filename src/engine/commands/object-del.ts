import { described, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';
import { deleteObject } from '../user-objects.ts';

export default defineCommand({
  name: 'object-del',
  doc: 'remove an object made by object-add',
  since: '2.0',
  data: {
    id: described(str, 'name of the object'),
  },
  run: ({ id }, engine) => deleteObject(id, engine),
});
