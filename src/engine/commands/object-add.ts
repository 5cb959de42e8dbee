import { any, described, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'object-add',
  doc: 'makes an object that others refer to: a secret, a throttle group, a thread',
  since: '2.0',
  data: {
    'qom-type': described(str, 'type of the object'),
    id: described(str, 'name of the new object'),
    '*props': described(any, 'its properties'),
  },
});
