import { formatSize } from '../../../qapi/format-size.ts';
import type { BlockJobInfo } from '../../../qapi/types/block-job-info.ts';
import { defineHmpCommand } from '../../define-hmp-command.ts';
import { tableText } from '../../text/table.ts';

export default defineHmpCommand({
  name: 'info block-jobs',
  args: '',
  usage: '',
  doc: 'show how far the block jobs are',
  needs: ['query-block-jobs'],
  run: async (_, { execute, tables }) => {
    const jobs = (await execute('query-block-jobs')) as BlockJobInfo[];
    if (jobs.length === 0) return 'No active jobs\n';
    return tables ? tableText(columns, jobs.map(rowOf)) : jobs.map(lineOf).join('');
  },
});

function lineOf({ type, device, offset, len, speed }: BlockJobInfo): string {
  const what = type === 'stream' ? `Streaming device ${device}` : `Type ${type}, device ${device}`;
  return `${what}: Completed ${offset} of ${len} bytes, speed limit ${speed} bytes/s\n`;
}

const columns = [
  { head: 'JOB' }, { head: 'TYPE' }, { head: 'STATE' }, { head: 'DONE', isNumber: true }, { head: 'OF', isNumber: true },
  { head: '%', isNumber: true }, { head: 'LIMIT', isNumber: true }, { head: 'NOTES' },
];

function rowOf(job: BlockJobInfo): string[] {
  const [offset, length, speed] = [job.offset, job.len, job.speed].map(Number) as [number, number, number];
  return [
    job.device, job.type, stateOf(job), formatSize(offset), formatSize(length), length === 0 ? '' : String(Math.floor((offset / length) * 100)),
    speed === 0 ? '' : `${formatSize(speed)}/s`, notes(job),
  ];
}

/** Far ends before 2.12 tell no state by name. */
function stateOf({ status, ready, paused }: BlockJobInfo): string {
  const plain = ready ? 'ready' : 'running';
  return paused ? `paused, ${plain}` : status ?? plain;
}

function notes({ error, ready, status, device, 'io-status': io }: BlockJobInfo): string {
  if (error !== undefined) return `failed: ${error}`;
  if (io !== 'ok') return `stopped by an I/O error (${io})`;
  if (status === 'pending') return `block-job-finalize id=${device} lets it take effect`;
  return ready ? `block_job_complete ${device} ends it` : '';
}
