import { defineEvent } from '../define-event.ts';
import { described, str } from '../schema.ts';

export default defineEvent({
  name: 'NIC_RX_FILTER_CHANGED',
  doc: 'the filter of a network card changed; silent until it is queried',
  since: '1.6',
  data: {
    '*name': described(str, 'network client'),
    path: described(str, 'QOM path'),
  },
});
