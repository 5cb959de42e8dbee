import type { HmpLookup, HmpRequest } from '../../hmp/define-hmp-command.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { loss } from '../effects/effect.ts';
import type { Effect } from '../effects/effect.ts';
import { findDrive } from '../effects/live-facts.ts';
import type { Snapshot } from '../live-state.ts';

/** Lines of the human monitor that only print. All others are known by the QMP request that does the same, or not at all. */
const observing: ReadonlySet<string> = new Set(['info', 'help', '?', 'print', 'p']);

/** The first word of a line, as QEMU cuts it: at its own blanks and slashes, no others. */
function nameOf(line: string): string {
  return /^[ \t\n\v\f\r]*([^ \t\n\v\f\r/]*)/.exec(line)?.[1] ?? '';
}

/** Whether a line of the human monitor changes nothing; a line of a name that is not known may do anything. */
export function lineOnlyAsks(line: string): boolean {
  return observing.has(nameOf(line));
}

/** The QMP request that does what a line of the human monitor does; undefined when there is none, or none is understood. */
export async function requestOfLine(line: string, execute: HmpLookup['execute']): Promise<HmpRequest | undefined> {
  const [{ createHmp }, { HmpError }] = await Promise.all([import('../../hmp/create-hmp.ts'), import('../../hmp/hmp-error.ts')]);
  try {
    return await createHmp({ execute, offers: () => true }).translate(line);
  } catch (error) {
    if (error instanceof HmpError || error instanceof QapiError) return undefined;
    throw error;
  }
}

/** What a line that no single QMP request stands for would lose, where that is known. */
export function lossOfLine(line: string, live: Snapshot): Effect | undefined {
  const [name = '', first = ''] = line.trim().split(/\s+/);
  const subject = first.replace(/^"(.*)"$/, '$1');
  return lossesByName[name]?.(subject, live);
}

const lossesByName: Readonly<Record<string, (subject: string, live: Snapshot) => Effect | undefined>> = {
  drive_del: (device, live) => {
    const drive = findDrive({ device }, live);
    return drive?.row.qdev === undefined ? undefined
      : loss(`takes the drive ${device} away from its guest device`, device, 'the guest meets I/O errors from then on');
  },
  loadvm: (tag) => loss(`goes back to the snapshot ${tag}`, tag, 'all that happened since is lost'),
  delvm: (tag) => loss(`deletes the snapshot ${tag}`, tag, 'the state it holds is lost'),
};
