import { defineEvent } from '../define-event.ts';

export default defineEvent({
  name: 'POWERDOWN',
  doc: 'the guest was asked to power down',
  since: '0.12',
});
