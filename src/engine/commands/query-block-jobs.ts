import { list } from '../../qapi/schema.ts';
import { blockJobInfo } from '../../qapi/types/block-job-info.ts';
import { defineCommand } from '../define-command.ts';

export default defineCommand({
  name: 'query-block-jobs',
  doc: 'every block job with its progress',
  since: '1.1',
  returns: list(blockJobInfo),
  run: (_, { jobs }) => jobs.all().filter((job) => job.isBlockJob).map((job) => job.info()),
});
