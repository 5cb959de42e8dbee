import { QapiError } from '../../qapi/qapi-error.ts';
import { bool, described, naming, str } from '../../qapi/schema.ts';
import { defineCommand } from '../define-command.ts';
import type { Engine } from '../engine.ts';
import { runQemuIo } from '../qemu-io/qemu-io.ts';
import { driveTarget, nodeTarget } from '../qemu-io/io-target.ts';
import type { IoTarget } from '../qemu-io/io-target.ts';

/** qmon's own: QEMU has it only as a command of the human monitor, and prints the outcome where no client sees it. */
export default defineCommand({
  name: 'x-qemu-io',
  doc: 'play the guest: run one line of the qemu-io language on a device or node',
  since: '2.9',
  data: {
    device: described(naming('device-or-node'), 'where to read and write'),
    command: described(str, 'the line, such as "read -P 1 0 64k"'),
    '*qdev': described(bool, 'device is a guest device\'s id or QOM path'),
  },
  returns: str,
  run: ({ device, command, qdev }, engine) => runQemuIo(qdev ? ofGuestDevice(device, engine) : named(device, engine), command),
});

function ofGuestDevice(name: string, { machine }: Engine): IoTarget {
  return driveTarget(machine.driveOfDevice(name).backend);
}

function named(name: string, { graph }: Engine): IoTarget {
  const backend = graph.backends.get(name);
  if (backend !== undefined) return driveTarget(backend);
  const node = graph.find(name);
  if (node === undefined) throw new QapiError(`Cannot find device='' nor node-name='${name}'`);
  return nodeTarget(node);
}
