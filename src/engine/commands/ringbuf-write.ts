import { described, enumeration, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'ringbuf-write',
  doc: 'writes to a ring buffer character device',
  since: '1.4',
  data: {
    device: described(str, 'character device'),
    data: described(str, 'what to write'),
    '*format': described(enumeration('DataFormat', ['utf8', 'base64']), 'how data is encoded'),
  },
});
