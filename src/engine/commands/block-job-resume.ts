import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-job-resume',
  doc: 'let a paused job go on',
  since: '1.3',
  data: { device: described(naming('job'), 'the job') },
  run: ({ device }, { jobs }) => jobs.getBlockJob(device).resume(),
});
