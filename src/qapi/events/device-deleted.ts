import { defineEvent } from '../define-event.ts';
import { described, naming, str } from '../schema.ts';

export default defineEvent({
  name: 'DEVICE_DELETED',
  doc: 'a guest device is gone',
  since: '1.5',
  data: {
    '*device': naming('qdev'),
    path: described(str, 'QOM path'),
  },
});
