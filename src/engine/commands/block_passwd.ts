import { described, naming, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block_passwd',
  doc: 'sets the password of an encrypted image',
  since: '0.14',
  data: {
    '*device': described(naming('device'), 'device (or say node-name)'),
    '*node-name': naming('node'),
    password: described(str, 'the password'),
  },
});
