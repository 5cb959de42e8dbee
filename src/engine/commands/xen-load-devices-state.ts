import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'xen-load-devices-state',
  doc: 'loads the state of all devices from a file',
  since: '2.7',
  data: {
    filename: described(naming('file'), 'file with the state'),
  },
});
