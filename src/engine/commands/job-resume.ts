import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'job-resume',
  doc: 'let a paused job of any kind go on',
  since: '3.0',
  data: { id: described(naming('job'), 'the job') },
  run: ({ id }, { jobs }) => jobs.get(id).resume(),
});
