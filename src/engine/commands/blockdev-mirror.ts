import { blockdevMirror } from '../../qapi/types/block-job-arguments.ts';
import { defineCommand } from '../define-command.ts';
import { startBlockdevMirror } from '../mirror-start.ts';

export default defineCommand({
  name: 'blockdev-mirror',
  doc: 'copy the device to a node that is there and keep the two alike, until the guest goes on with the copy',
  since: '2.6',
  data: blockdevMirror,
  run: startBlockdevMirror,
});
