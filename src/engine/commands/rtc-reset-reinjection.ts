import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'rtc-reset-reinjection',
  doc: 'forgets the timer interrupts that the guest still has to get',
  since: '2.1',
});
