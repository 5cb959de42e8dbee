import { rootOf } from '../block-names.ts';
import { defineHmpCommand } from '../define-hmp-command.ts';
import { HmpError } from '../hmp-error.ts';

/** What qemu-io can be told; its own `help` says more. */
const COMMANDS = [
  'read', 'write', 'info', 'length', 'map', 'alloc', 'discard', 'flush', 'aio_read', 'aio_write', 'aio_flush', 'readv', 'writev', 'truncate',
  'reopen', 'break', 'remove_break', 'resume', 'wait_break', 'abort', 'sigraise', 'sleep', 'help',
];

export default defineHmpCommand({
  name: 'qemu-io',
  args: 'qdev:-d,device:B,command:s',
  usage: '[-d] device "command"',
  doc: 'play the guest: run a qemu-io command on a device; -d: device is a guest device\'s id',
  completes: { device: { names: ['device-or-node', 'qdev'] }, command: { words: COMMANDS.map((name) => `${name} `), goesOn: true } },
  run: async ({ qdev, device, command }, { execute, names, offers, passOn }) => {
    const root = qdev ? device : await rootOf(device, names);
    if (offers('x-qemu-io')) return (await execute('x-qemu-io', { device: root, command, ...(qdev && { qdev }) })) as string;
    const line = root === device ? undefined : `qemu-io "${root}" "${command.replaceAll(/["\\]/g, '\\$&')}"`;
    return passOn(line) ?? Promise.reject(new HmpError('unavailable', 'Command "qemu-io" is not available.'));
  },
});
