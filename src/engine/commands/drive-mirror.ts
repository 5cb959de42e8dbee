import { driveMirror } from '../../qapi/types/block-job-arguments.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'drive-mirror',
  doc: 'starts a job that copies a device to a new image and keeps the two alike',
  since: '1.3',
  data: driveMirror,
});
