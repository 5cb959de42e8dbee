import type { BlockNode } from '../block/node.ts';
import { Drive } from '../machine/drive.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { Engine } from './engine.ts';

/** Refuses a name for a new drive. @throws QapiError when it is malformed or taken */
export function checkDriveName(name: string, { graph }: Engine): void {
  if (!/^[A-Za-z][-A-Za-z0-9._]*$/.test(name)) throw new QapiError('Invalid device name');
  if (graph.backends.has(name)) throw new QapiError(`Device with id '${name}' already exists`);
  if (graph.find(name)) throw new QapiError(`Device name '${name}' conflicts with an existing node name`);
}

/** Makes a drive without a device for a client, with the node in it (the drive takes a reference). */
export function addDrive(name: string, node: BlockNode, { graph, machine }: Engine): void {
  const drive = new Drive({ name, owner: 'monitor', clock: graph.clock });
  drive.insert(node);
  graph.backends.set(name, drive.backend);
  machine.drives.add(drive);
}

/** Deletes a drive that a client has made, and its medium. @throws QapiError when it is not the client's or in use */
export async function deleteDrive(name: string, { graph, machine, monitorNodes }: Engine): Promise<void> {
  const drive = machine.drives.named(name);
  if (drive === undefined) throw new QapiError(`Cannot find block backend ${name}`);
  if (drive.owner !== 'monitor') throw new QapiError('Deleting block backend added with drive-add is not supported');
  const { root } = drive.backend;
  root?.checkNotBlocked('drive-del');
  const held = root !== undefined && monitorNodes.has(root) ? 2 : 1;
  if (root !== undefined && root.references > held) throw new QapiError(`Block device ${name} is in use`);
  machine.drives.delete(drive);
  graph.backends.delete(name);
  drive.remove();
  if (drive.backend.throttle) graph.throttleGroups.leave(drive.backend.throttle);
  if (root !== undefined) await graph.release(root);
}
