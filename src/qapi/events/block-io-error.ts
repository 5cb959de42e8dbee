import { defineEvent } from '../define-event.ts';
import { bool, described, naming, str } from '../schema.ts';
import { blockErrorAction, ioOperationType } from '../types/blockdev-enums.ts';

export default defineEvent({
  name: 'BLOCK_IO_ERROR',
  doc: 'a request of a guest failed',
  since: '0.13',
  data: {
    device: described(str, 'device name, or empty'),
    'node-name': naming('node'),
    operation: ioOperationType,
    action: described(blockErrorAction, 'what was done about it'),
    '*nospace': described(bool, 'the host ran out of space'),
    reason: described(str, 'for people only'),
  },
});
