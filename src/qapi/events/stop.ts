import { defineEvent } from '../define-event.ts';

export default defineEvent({
  name: 'STOP',
  doc: 'the virtual machine was stopped',
  since: '0.12',
});
