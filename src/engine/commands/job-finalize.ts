import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'job-finalize',
  doc: 'let a job take effect that waits to be told so',
  since: '3.0',
  data: { id: described(naming('job'), 'the job') },
  run: ({ id }, { jobs }) => jobs.get(id).finalize(),
});
