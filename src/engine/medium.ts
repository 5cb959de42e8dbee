import type { BlockNode } from '../block/node.ts';
import type { Drive } from '../machine/drive.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import type { Engine } from './engine.ts';
import { checkRemovable } from './tray.ts';

/** Takes the medium out of an open (or tray-less) drive; an empty one is left as it is. @throws QapiError */
export async function removeMedium({ drive, name }: { drive: Drive; name: string }, { graph, exports }: Engine): Promise<void> {
  if (drive.device !== undefined) checkRemovable(drive, name);
  if (drive.hasTray && !drive.isTrayOpen) throw new QapiError(`Tray of device '${name}' is not open`);
  const { root } = drive.backend;
  if (root === undefined) return;
  root.checkNotBlocked('eject');
  drive.remove();
  await exports.mediumRemoved(drive.backend);
  await graph.release(root);
}

/** Puts a medium into an open (or tray-less) and empty drive, which takes a reference. @throws QapiError */
export function insertMedium(drive: Drive, node: BlockNode): void {
  if (drive.device !== undefined && !drive.isRemovable) throw new QapiError('Device is not removable');
  if (drive.hasTray && !drive.isTrayOpen) throw new QapiError('Tray of the device is not open');
  if (drive.backend.root !== undefined) throw new QapiError('There already is a medium in the device');
  drive.insert(node);
}

/** The node that a client wants to insert. @throws QapiError when there is none or it is in a drive already */
export function findInsertable(nodeName: string, { graph, machine }: Engine): BlockNode {
  const node = graph.find(nodeName);
  if (node === undefined) throw new QapiError(`Node '${nodeName}' not found`);
  if (machine.drives.all().some(({ backend }) => backend.root === node)) throw new QapiError(`Node '${nodeName}' is already in use`);
  return node;
}
