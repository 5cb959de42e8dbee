import { defineHmpCommand } from '../define-hmp-command.ts';
import { HmpError } from '../hmp-error.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import type { BlockDeviceInfo } from '../../qapi/types/block-device-info.ts';

export default defineHmpCommand({
  name: 'drive_del',
  args: 'id:B',
  usage: 'device',
  doc: 'delete a node; a drive is left to the far end\'s own monitor',
  needs: ['blockdev-del', 'query-named-block-nodes'],
  completes: { id: { names: ['device', 'node'] } },
  run: async ({ id }, { execute, passOn }) => {
    const nodes = (await execute('query-named-block-nodes')) as BlockDeviceInfo[];
    if (!nodes.some((node) => node['node-name'] === id)) return passOn() ?? Promise.reject(refusal(`Device '${id}' not found`));
    await execute('blockdev-del', { 'node-name': id }).catch((error: unknown) => {
      throw error instanceof QapiError ? refusal(error.desc) : error;
    });
    return '';
  },
});

/** QEMU prints the errors of this command without a prefix. */
function refusal(message: string): HmpError {
  return new HmpError('unavailable', message);
}
