import type { Snapshot } from '../live-state.ts';
import { loss } from './effect.ts';
import type { Effect } from './effect.ts';
import { fileOf, findDrive, object, rows } from './live-facts.ts';
import { powerDown } from './power-down.ts';

/** What a line of the human monitor would lose that no single QMP request stands for; undefined for every other line. */
export function lossOfLine(line: string, live: Snapshot): Effect | undefined {
  const [name = '', subject = ''] = line.split(/\s+/).map((word) => word.replaceAll('"', ''));
  return Object.hasOwn(losses, name) ? losses[name]?.(subject, live) : undefined;
}

const losses: Readonly<Record<string, (subject: string, live: Snapshot) => Effect | undefined>> = {
  loadvm: (tag) => loss(`goes back to the snapshot ${tag}`, tag, 'disks and memory lose all that came after it'),
  delvm: (tag) => loss(`deletes the snapshot ${tag} of the whole machine`, tag, 'what it kept is gone'),
  savevm: (tag, { block }) => {
    const isTaken = block.some(({ inserted }) => rows(object(object(inserted).image).snapshots).some(({ name }) => name === tag));
    return isTaken ? loss(`saves the machine as ${tag} in place of the snapshot of that name`, tag, 'what the older one kept is gone') : undefined;
  },
  drive_del: (name, live) => {
    const drive = findDrive({ device: name }, live);
    if (drive?.row.qdev === undefined) return undefined;
    const file = drive.medium === undefined ? '' : ` (${fileOf(drive.medium)})`;
    return loss(`takes ${name}${file} away from the guest`, name, 'a guest that still uses it meets errors');
  },
  system_powerdown: () => powerDown(),
};
