import type { Snapshot } from '../live-state.ts';
import { change, loss, refusal } from './effect.ts';
import type { Arguments, Effect } from './effect.ts';
import { fileOf, findDrive } from './live-facts.ts';
import { noDrive } from './trays.ts';

/** A drive with a tray must have it open; one without a guest device or a tray gives up what it has at once. */
export function removeMedium(args: Arguments, live: Snapshot): Effect {
  const drive = findDrive(args, live);
  if (drive === undefined) return noDrive(args);
  const { name, row, medium } = drive;
  if (row.removable !== true && row.qdev !== undefined) return refusal(`${name} is not removable`);
  if (row.tray_open === false) return refusal(`the tray of ${name} is closed`);
  if (medium === undefined) return change(`changes nothing: ${name} is empty`, name);
  const text = `takes ${fileOf(medium)} out of ${name}`;
  return row.locked === true && row.tray_open === undefined ? loss(text, name, 'the guest has locked the drive') : change(text, name);
}
