import type { BlockStats } from '../../../qapi/types/block-stats.ts';
import { defineHmpCommand } from '../../define-hmp-command.ts';

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
  run: async (_, { execute }) => {
    const devices = ((await execute('query-blockstats')) as BlockStats[]).filter(({ device }) => device !== undefined);
    return devices.map(({ device, stats }) => `${device}: ${members.map((name) => `${name}=${stats[name] ?? 0}`).join(' ')}\n`).join('');
  },
});
