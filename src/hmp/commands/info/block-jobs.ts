import type { BlockJobInfo } from '../../../qapi/types/block-job-info.ts';
import { defineHmpCommand } from '../../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'info block-jobs',
  args: '',
  usage: '',
  doc: 'show how far the block jobs are',
  needs: ['query-block-jobs'],
  run: async (_, { execute }) => {
    const jobs = (await execute('query-block-jobs')) as BlockJobInfo[];
    return jobs.length === 0 ? 'No active jobs\n' : jobs.map(jobText).join('');
  },
});

function jobText({ type, device, offset, len, speed }: BlockJobInfo): string {
  const what = type === 'stream' ? `Streaming device ${device}` : `Type ${type}, device ${device}`;
  return `${what}: Completed ${offset} of ${len} bytes, speed limit ${speed} bytes/s\n`;
}
