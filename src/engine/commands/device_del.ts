import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'device_del',
  doc: 'asks the guest to let a device go; DEVICE_DELETED tells when it is gone',
  since: '0.14',
  data: {
    id: described(naming('qdev'), 'its id or QOM path'),
  },
  run: ({ id }, { machine }) => machine.unplugs.request(id),
});
