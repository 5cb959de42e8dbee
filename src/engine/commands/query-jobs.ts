import { list } from '../../qapi/schema.ts';
import { jobInfo } from '../../qapi/types/job-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-jobs',
  doc: 'every job, block job or not, with its progress',
  since: '3.0',
  returns: list(jobInfo),
  run: (_, { jobs }) => jobs.all().map((job) => job.summary()),
});
