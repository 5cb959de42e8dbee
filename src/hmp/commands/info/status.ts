import type { StatusInfo } from '../../../qapi/types/status-info.ts';
import { defineHmpCommand } from '../../define-hmp-command.ts';

export default defineHmpCommand({
  name: 'info status',
  args: '',
  usage: '',
  doc: 'show whether the guest runs',
  needs: ['query-status'],
  run: async (_, { execute }) => {
    const { running, singlestep, status } = (await execute('query-status')) as StatusInfo;
    const why = running || status === 'paused' ? '' : ` (${status})`;
    return `VM status: ${running ? 'running' : 'paused'}${singlestep ? ' (single step mode)' : ''}${why}\n`;
  },
});
