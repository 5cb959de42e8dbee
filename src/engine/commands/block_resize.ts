import { described, int, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block_resize',
  doc: 'changes the size of an image while the guest runs',
  since: '0.14',
  data: {
    '*device': described(naming('device'), 'device (or say node-name)'),
    '*node-name': naming('node'),
    size: described(int, 'new size in bytes, a multiple of 512'),
  },
});
