import type { HmpLookup, HmpRequest } from '../../hmp/define-hmp-command.ts';
import { QapiError } from '../../qapi/qapi-error.ts';

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
