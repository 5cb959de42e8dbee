import { defineEvent } from '../define-event.ts';

export default defineEvent({
  name: 'RESUME',
  doc: 'The virtual machine runs again.',
  since: '0.12',
});
