import { QapiError } from '../../qapi/qapi-error.ts';
import { blockdevChangeReadOnlyMode } from '../../qapi/types/blockdev-enums.ts';
import { deviceOrId } from '../block-names.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';
import { HmpError } from '../hmp-error.ts';

const modes: readonly string[] = blockdevChangeReadOnlyMode.values;

export default defineHmpCommand({
  name: 'change',
  args: 'device:B,force:-f,target:F,arg:s?,read-only-mode:s?',
  usage: 'device [-f] filename [format [read-only-mode]]',
  doc: 'put another medium into a drive; -f even when the guest has locked the tray',
  needs: ['blockdev-change-medium'],
  completes: { device: { names: ['device', 'qdev'] }, arg: { names: ['format'] }, 'read-only-mode': { words: modes } },
  run: async ({ device, force, target, arg, 'read-only-mode': mode }, { execute, names, passOn }) => {
    if (device === 'vnc') return passOn() ?? Promise.reject(new HmpError('unavailable', 'vnc is not available.'));
    if (mode !== undefined && !modes.includes(mode)) throw new QapiError(`invalid parameter value: ${mode}`);
    await execute('blockdev-change-medium', {
      ...await deviceOrId(device, names), filename: target,
      ...(arg !== undefined && { format: arg }), ...(force && { force }), ...(mode !== undefined && { 'read-only-mode': mode }),
    });
    return '';
  },
});
