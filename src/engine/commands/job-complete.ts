import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'job-complete',
  doc: 'end a job that is ready, with its result; a paused one does so when it is resumed',
  since: '3.0',
  data: { id: described(naming('job'), 'the job') },
  run: ({ id }, { jobs }) => jobs.get(id).complete({ whilePaused: true }),
});
