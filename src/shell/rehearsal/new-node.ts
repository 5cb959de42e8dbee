import { QapiError } from '../../qapi/qapi-error.ts';
import type { BlockState } from './block-state.ts';

/** Refuses a name that no new node can have. @throws QapiError in QEMU's words */
export function checkNewName({ nodes, devices }: BlockState, name: string): void {
  if (!/^[A-Za-z][A-Za-z0-9\-._]*$/.test(name)) throw new QapiError(`Invalid node-name: '${name}'`);
  if (devices.some((device) => device.name === name)) throw new QapiError(`node-name=${name} is conflicting with a device id`);
  if (nodes.has(name)) throw new QapiError(`Duplicate nodes with node-name='${name}'`);
  if (name.length > 31) throw new QapiError('Node name too long');
}
