import { defineEvent } from '../define-event.ts';
import { bool, described } from '../schema.ts';
import { shutdownCause } from '../types/status-info.ts';

export default defineEvent({
  name: 'SHUTDOWN',
  doc: 'the virtual machine is about to end',
  since: '0.12',
  data: {
    guest: described(bool, 'the guest asked for it'),
    '*reason': shutdownCause,
  },
});
