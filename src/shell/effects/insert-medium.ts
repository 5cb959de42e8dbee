import type { Snapshot } from '../live-state.ts';
import { change, refusal } from './effect.ts';
import type { Arguments, Effect } from './effect.ts';
import { fileOf, findDrive, findImage, textOf } from './live-facts.ts';
import { noDrive } from './trays.ts';

/** Puts a node into a drive that is empty and open. */
export function insertMedium(args: Arguments, live: Snapshot): Effect {
  const drive = findDrive(args, live);
  if (drive === undefined) return noDrive(args);
  const node = textOf(args['node-name']);
  const image = findImage(node, live);
  if (image === undefined) return refusal(`there is no node '${node}'`);
  if (drive.row.tray_open === false) return refusal(`the tray of ${drive.name} is closed`);
  if (drive.medium !== undefined) return refusal(`there is a medium in ${drive.name}`);
  return change(`puts ${node} (${fileOf(image)}) into ${drive.name}`, drive.name);
}
