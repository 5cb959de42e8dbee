import { defineEvent } from '../define-event.ts';
import { bool, described, int, naming, str } from '../schema.ts';

export default defineEvent({
  name: 'BLOCK_IMAGE_CORRUPTED',
  doc: 'an image was found to be corrupt',
  since: '1.7',
  data: {
    device: described(str, 'device name, or empty'),
    '*node-name': naming('node'),
    msg: described(str, 'what is wrong'),
    '*offset': described(int, 'where in the file, bytes'),
    '*size': described(int, 'bytes'),
    fatal: described(bool, 'the image can no longer be written'),
  },
});
