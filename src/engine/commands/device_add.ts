import { described, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'device_add',
  doc: 'plugs a guest device in. Its properties are further arguments',
  since: '0.13',
  data: {
    driver: described(str, 'type of the device'),
    '*bus': described(str, 'bus to plug it into'),
    '*id': described(str, 'name of the new device'),
  },
});
