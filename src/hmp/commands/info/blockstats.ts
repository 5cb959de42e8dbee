import { formatSize } from '../../../qapi/format-size.ts';
import type { BlockDeviceStats, BlockStats } from '../../../qapi/types/block-stats.ts';
import { defineHmpCommand } from '../../define-hmp-command.ts';
import { tableText } from '../../text/table.ts';

const members = [
  'rd_bytes', 'wr_bytes', 'rd_operations', 'wr_operations', 'flush_operations', 'wr_total_time_ns', 'rd_total_time_ns',
  'flush_total_time_ns', 'rd_merged', 'wr_merged', 'idle_time_ns',
] as const;

export default defineHmpCommand({
  name: 'info blockstats',
  args: '',
  usage: '',
  doc: 'show the I/O counters of the block devices',
  needs: ['query-blockstats'],
  run: async (_, { execute, tables }) => {
    const devices = ((await execute('query-blockstats')) as BlockStats[]).filter(({ device }) => device !== undefined);
    return tables ? tableText(columns, devices.map(rowOf)) : devices.map(lineOf).join('');
  },
});

function lineOf({ device, stats }: BlockStats): string {
  return `${device}: ${members.map((name) => `${name}=${stats[name] ?? 0}`).join(' ')}\n`;
}

const columns = [
  { head: 'DEVICE' },
  ...['READ', 'READS', 'MS/READ', 'WRITTEN', 'WRITES', 'MS/WRITE', 'FLUSHES', 'MS/FLUSH', 'FAILED'].map((head) => ({ head, isNumber: true })),
];

function rowOf({ device, qdev, stats }: BlockStats): string[] {
  const failed = Number(stats.failed_rd_operations) + Number(stats.failed_wr_operations) + Number(stats.failed_flush_operations);
  return [
    device || qdev || '(no name)',
    formatSize(stats.rd_bytes), String(stats.rd_operations), milliseconds(stats, 'rd'),
    formatSize(stats.wr_bytes), String(stats.wr_operations), milliseconds(stats, 'wr'),
    String(stats.flush_operations), milliseconds(stats, 'flush'), failed > 0 ? String(failed) : '',
  ];
}

/** How long a request took on average. */
function milliseconds(stats: BlockDeviceStats, kind: 'rd' | 'wr' | 'flush'): string {
  const operations = Number(stats[`${kind}_operations`]);
  return operations === 0 ? '-' : (Number(stats[`${kind}_total_time_ns`]) / operations / 1e6).toFixed(2);
}
