import { described, int, naming } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'block-job-set-speed',
  doc: 'limit how fast a job works',
  since: '1.1',
  data: { device: described(naming('job'), 'the job'), speed: described(int, 'bytes per second; 0 for no limit') },
  run: ({ device, speed }, { jobs }) => jobs.getBlockJob(device).setSpeed(Number(speed)),
});
