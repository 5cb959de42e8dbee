import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-job-dismiss',
  doc: 'forget a block job that is over',
  since: '2.12',
  data: { id: described(naming('job'), 'the job') },
  run: ({ id }, { jobs }) => jobs.getBlockJob(id).dismiss(),
});
