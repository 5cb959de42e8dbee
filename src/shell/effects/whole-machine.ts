import type { Snapshot } from '../live-state.ts';
import { loss } from './effect.ts';
import type { Effect } from './effect.ts';
import { fileOf, findDrive } from './live-facts.ts';

/** Lines of the human monitor that only the far end can carry out, and that lose something; undefined for every other line. */
export function wholeMachine(line: string, live: Snapshot): Effect | undefined {
  const [word = '', name = ''] = line.split(/\s+/).map((one) => one.replaceAll('"', ''));
  if (word === 'loadvm') return loss(`goes back to the snapshot ${name}`, name, 'disks and memory lose all that came after it');
  if (word === 'delvm') return loss(`deletes the snapshot ${name} of the whole machine`, name, 'what it kept is gone');
  if (word !== 'drive_del') return undefined;
  const drive = findDrive({ device: name }, live);
  if (drive?.row.qdev === undefined) return undefined;
  const file = drive.medium === undefined ? '' : ` (${fileOf(drive.medium)})`;
  return loss(`takes ${name}${file} away from the guest`, name, 'a guest that still uses it meets errors');
}
