import { bool, described, int, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'trace-event-set-state',
  doc: 'turns trace events on or off',
  since: '2.2',
  data: {
    name: described(str, 'name or pattern'),
    enable: bool,
    '*ignore-unavailable': described(bool, 'pass over events that cannot be changed'),
    '*vcpu': described(int, 'only for this CPU'),
  },
});
