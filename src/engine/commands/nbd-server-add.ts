import { bool, described, naming, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'nbd-server-add',
  doc: 'exports a device over NBD',
  since: '1.3',
  data: {
    '*name': described(str, 'export name; the device name by default'),
    '*description': described(str, 'free text for clients'),
    device: described(naming('device-or-node'), 'device or node to export'),
    '*writable': described(bool, 'clients may write'),
    '*bitmap': described(naming('bitmap'), 'dirty bitmap to offer with it'),
  },
});
