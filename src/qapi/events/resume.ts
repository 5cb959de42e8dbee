import { defineEvent } from '../define-event.ts';

export default defineEvent({
  name: 'RESUME',
  doc: 'the virtual machine runs again',
  since: '0.12',
});
