import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-job-finalize',
  doc: 'let a block job take effect that waits to be told so',
  since: '2.12',
  data: { id: described(naming('job'), 'the job') },
  run: ({ id }, { jobs }) => jobs.getBlockJob(id).finalize(),
});
