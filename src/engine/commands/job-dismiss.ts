import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'job-dismiss',
  doc: 'forget a job that is over',
  since: '3.0',
  data: { id: described(naming('job'), 'the job') },
  run: ({ id }, { jobs }) => jobs.get(id).dismiss(),
});
