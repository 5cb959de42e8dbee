import { described, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'job-cancel',
  doc: 'end a job of any kind at once, paused and ready ones too',
  since: '3.0',
  data: { id: described(naming('job'), 'the job') },
  run: ({ id }, { jobs }) => jobs.get(id).cancel({ force: true }),
});
