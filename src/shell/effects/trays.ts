import type { Snapshot } from '../live-state.ts';
import { change, loss, refusal } from './effect.ts';
import type { Arguments, Effect } from './effect.ts';
import { fileOf, findDrive, textOf } from './live-facts.ts';
import type { Drive } from './live-facts.ts';

/** What opens a drive's tray comes to; `words` says it of the drive and of what is in it. A locked tray gives way only to force. */
export function takeOut(args: Arguments, live: Snapshot, words: (drive: string, medium: string) => string): Effect {
  const drive = findDrive(args, live);
  if (drive === undefined) return noDrive(args);
  const { name, row, medium } = drive;
  if (row.removable !== true) return refusal(`${name} is not removable`);
  if (medium === undefined && row.tray_open !== false) return change(`changes nothing: ${name} is empty`, name);
  const text = medium === undefined ? `opens the tray of ${name}, which is empty` : words(name, fileOf(medium));
  if (row.locked !== true || row.tray_open === true) return change(text, name);
  if (args.force !== true) return { ...refusal(`the guest has locked ${name}; it is asked to let go`), subject: name };
  return loss(`${text} although the guest has locked it`, name, 'the guest is not asked, and may be using the medium');
}

/** What is in a drive, in words. */
export function mediumText({ medium }: Drive): string {
  return medium === undefined ? 'nothing' : fileOf(medium);
}

/** The arguments name no drive. */
export function noDrive({ device, id }: Arguments): Effect {
  return refusal(`there is no device '${textOf(device) || textOf(id)}'`);
}
