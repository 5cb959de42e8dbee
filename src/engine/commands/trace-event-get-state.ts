import { described, int, list, str } from '../../qapi/schema.ts';
import { traceEventInfo } from '../../qapi/types/trace-event-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'trace-event-get-state',
  doc: 'shows which trace events are on',
  since: '2.2',
  data: {
    name: described(str, 'name or pattern'),
    '*vcpu': described(int, 'as this CPU sees it'),
  },
  returns: list(traceEventInfo),
});
