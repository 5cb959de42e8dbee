import { blockdevMirror } from '../../qapi/types/block-job-arguments.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'blockdev-mirror',
  doc: 'starts a job that copies a device to an existing node and keeps the two alike',
  since: '2.6',
  data: blockdevMirror,
});
