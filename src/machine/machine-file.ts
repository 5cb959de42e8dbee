import { dirname, isAbsolute, join } from 'node:path';
import { strerror } from '../block/errnos.ts';
import { QapiError } from '../qapi/qapi-error.ts';
import { parseJson5 } from '../util/json5-lossless.ts';
import { checkDescription, DescriptionError } from './check-description.ts';
import type { DescriptionPath } from './check-description.ts';
import type { MachineDescription } from './description.ts';
import type { EntryError } from './entry-error.ts';
import { locateInJson5 } from './locate-in-json5.ts';
import { readText } from './read-text.ts';

/** A machine file that was read, and its words for an entry that cannot be built. */
export interface MachineFile {
  readonly description: MachineDescription;
  readonly explain: (error: EntryError) => QapiError;
}

/**
 * Reads a machine file.
 * @throws QapiError that names the file, and the line and column of a syntax error or the place of a wrong key
 */
export async function readMachineFile(filename: string): Promise<MachineFile> {
  const text = await readText(filename).catch((error: NodeJS.ErrnoException) => {
    const problem = error.code === undefined ? error.message : strerror(error.code);
    throw new QapiError(`Could not open '${filename}': ${problem}`, { cause: error });
  });
  return {
    description: parseMachineFile(text, filename),
    explain: (error) => new QapiError(`${filename}: ${error.named().desc}${whereIn(text, error.path)}`, { class: error.class, cause: error }),
  };
}

/** As readMachineFile, with the text at hand. */
export function parseMachineFile(text: string, filename: string): MachineDescription {
  try {
    return withAbsolutePaths(checkDescription(parseJson5(text)), dirname(filename));
  } catch (error) {
    const where = error instanceof DescriptionError ? whereIn(text, error.path) : '';
    throw new QapiError(`${filename}: ${(error as Error).message}${where}`, { cause: error });
  }
}

function whereIn(text: string, path: DescriptionPath): string {
  const place = locateInJson5(text, path);
  return place === undefined ? '' : ` (line ${place.line}, column ${place.column})`;
}

const PATH_KEYS: ReadonlySet<string> = new Set(['file', 'filename', 'socket', 'file.filename', 'backing.file.filename']);

/** Paths are relative to the machine file's folder; anything with a protocol prefix (`json:`, `nbd://`) is left alone. */
function withAbsolutePaths(description: MachineDescription, folder: string): MachineDescription {
  const { drives, blockdevs, clock } = description;
  const rebase = <T>(entries: readonly T[] | undefined): T[] | undefined => entries?.map((entry) => rebased(entry, folder) as T);
  return {
    ...description,
    ...(drives && { drives: rebase(drives) }), ...(blockdevs && { blockdevs: rebase(blockdevs) }),
    ...(clock && { clock: rebased(clock, folder) as typeof clock }),
  };
}

function rebased(value: unknown, folder: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) =>
    [key, typeof member === 'string' && PATH_KEYS.has(key) && isRelativePath(member) ? join(folder, member) : rebased(member, folder)]));
}

const isRelativePath = (name: string) => name !== '' && !isAbsolute(name) && !/^[a-z][a-z0-9+.-]*:/i.test(name);
