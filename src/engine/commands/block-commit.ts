import { described, int, naming, str } from '../../qapi/schema.ts';
import { jobEnd, newJob } from '../../qapi/types/block-job-arguments.ts';
import { blockdevOnError } from '../../qapi/types/blockdev-enums.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-commit',
  doc: 'starts a job that writes overlays down into a backing image',
  since: '1.3',
  data: {
    ...newJob,
    '*base-node': described(naming('node'), 'node to write into'),
    '*base': described(naming('backing-file'), 'file name of the image to write into; the deepest by default'),
    '*top-node': described(naming('node'), 'topmost node to write down'),
    '*top': described(naming('backing-file'), 'file name of the topmost image to write down; the active one by default'),
    '*backing-file': described(str, 'backing file text for the overlay of top'),
    '*speed': described(int, 'limit in bytes per second; 0 for none'),
    '*on-error': described(blockdevOnError, 'when a request fails'),
    '*filter-node-name': described(str, 'name of the filter node that the job inserts'),
    ...jobEnd,
  },
});
