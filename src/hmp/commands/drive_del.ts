import { QapiError } from '../../qapi/qapi-error.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';
import type { HmpMonitor } from '../define-hmp-command.ts';
import { HmpError } from '../hmp-error.ts';

export default defineHmpCommand({
  name: 'drive_del',
  args: 'id:B',
  usage: 'device',
  doc: 'delete a node or a drive; a guest that still uses the drive meets errors then',
  needs: ['query-block', 'query-named-block-nodes'],
  completes: { id: { names: ['device-or-node'] } },
  run: async ({ id }, monitor) => {
    const target = await monitor.names.find(id);
    if (target?.node === id) return deleteWith('blockdev-del', { 'node-name': id }, monitor);
    const theirs = monitor.passOn();
    if (theirs !== undefined) return theirs;
    if (target?.device !== id || !monitor.offers('x-blockdev-del')) throw refusal(`Device '${id}' not found`);
    return deleteWith('x-blockdev-del', { id }, monitor);
  },
});

async function deleteWith(command: string, args: Readonly<Record<string, unknown>>, { execute }: HmpMonitor): Promise<string> {
  try {
    await execute(command, args);
    return '';
  } catch (error) {
    throw error instanceof QapiError ? refusal(error.desc) : error;
  }
}

/** QEMU prints the errors of this command without a prefix. */
function refusal(message: string): HmpError {
  return new HmpError('unavailable', message);
}
