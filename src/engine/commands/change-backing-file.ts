import { described, naming, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'change-backing-file',
  doc: 'rewrites the backing file name in an image; nothing is reopened',
  since: '2.1',
  data: {
    device: described(naming('device-or-node'), 'device or root node whose chain has the image'),
    'image-node-name': described(naming('node'), 'node of the image to change'),
    'backing-file': described(str, 'the text to write; it is not checked'),
  },
});
