import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-job-complete',
  doc: 'end a job that is ready, with its result',
  since: '1.3',
  data: { device: described(naming('job'), 'the job') },
  run: ({ device }, { jobs }) => jobs.getBlockJob(device).complete(),
});
