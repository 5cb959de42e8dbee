import { statusInfo } from '../../qapi/types/status-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-status',
  doc: 'whether the guest runs, and if not why',
  since: '0.14',
  returns: statusInfo,
  run: (_, { runState: { running, status } }) => ({ running, singlestep: false, status }),
});
