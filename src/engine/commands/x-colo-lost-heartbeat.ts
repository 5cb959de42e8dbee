import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'x-colo-lost-heartbeat',
  doc: 'tells COLO that its peer is gone and a failover is due',
  since: '2.8',
});
