import { blockIOThrottle } from '../../qapi/types/block-io-throttle.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block_set_io_throttle',
  doc: 'limits the throughput of a device',
  since: '1.1',
  data: blockIOThrottle,
});
