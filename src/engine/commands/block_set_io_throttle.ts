import { throttleBackend } from '../../block/throttle-backend.ts';
import { checkThrottleLimits } from '../../block/throttle-limits.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { blockIOThrottle } from '../../qapi/types/block-io-throttle.ts';
import { defineCommand } from '../define-command.ts';
import { findDrive, nameGiven } from '../find-drive.ts';

export default defineCommand({
  name: 'block_set_io_throttle',
  doc: 'limits the throughput of a device',
  since: '1.1',
  data: blockIOThrottle,
  run: ({ device, id, group, ...limits }, engine) => {
    const { backend } = findDrive({ device, id }, engine);
    if (backend.root === undefined) throw new QapiError('Device has no medium');
    checkThrottleLimits(limits);
    throttleBackend(backend, engine.graph.throttleGroups, { limits, group, name: nameGiven({ device, id }) });
  },
});
