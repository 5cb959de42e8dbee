import { defineEvent } from '../define-event.ts';
import { bool, described, naming } from '../schema.ts';

export default defineEvent({
  name: 'DEVICE_TRAY_MOVED',
  doc: 'a tray was opened or closed, by the guest or by a command',
  since: '1.1',
  data: {
    device: described(naming('device'), 'drive name, empty when the device was made without one'),
    '*id': described(naming('qdev'), 'guest device: its id or QOM path'),
    'tray-open': bool,
  },
});
