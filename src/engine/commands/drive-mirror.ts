import { driveMirror } from '../../qapi/types/block-job-arguments.ts';
import { defineCommand } from '../define-command.ts';
import { startDriveMirror } from '../mirror-start.ts';

export default defineCommand({
  name: 'drive-mirror',
  doc: 'copy the device to a new image and keep the two alike, until the guest goes on with the copy',
  since: '1.3',
  data: driveMirror,
  run: startDriveMirror,
});
