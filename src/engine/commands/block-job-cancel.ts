import { bool, described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-job-cancel',
  doc: 'end a job; a mirror that is ready keeps its copy unless forced',
  since: '1.1',
  data: {
    device: described(naming('job'), 'the job'),
    '*force': described(bool, 'even if it is paused or ready'),
  },
  run: ({ device, force }, { jobs }) => jobs.getBlockJob(device).cancel({ force }),
});
