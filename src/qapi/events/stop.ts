import { defineEvent } from '../define-event.ts';

export default defineEvent({
  name: 'STOP',
  doc: 'The virtual machine was stopped.',
  since: '0.12',
});
