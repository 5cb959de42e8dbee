import { described, int } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'migrate-set-cache-size',
  doc: 'sets the size of the XBZRLE migration cache',
  since: '1.2',
  data: {
    value: described(int, 'bytes; rounded down to a power of two'),
  },
});
