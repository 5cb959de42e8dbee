import { opendir, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Item } from './item.ts';

/** Longer directories are offered in part. */
const limit = 2000;

export interface FilePlace {
  readonly cwd: string;
  readonly homeDir: string;
}

/**
 * The files that the typed path may become, with the path as it should be put in: `~` is written out, since the far end
 * does not know it; directories end with a slash. A directory that cannot be read has none.
 */
export async function fileNames(typed: string, { cwd, homeDir }: FilePlace): Promise<Item[]> {
  const path = typed === '~' || typed.startsWith('~/') ? `${homeDir}/${typed.slice(2)}` : typed;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const begun = path.slice(folder.length);
  const typedFolder = typed.slice(0, typed.length - begun.length);
  const place = isAbsolute(folder) ? folder : join(cwd, folder);
  const items: Item[] = [];
  for await (const entry of entriesOf(place)) {
    if (entry.name.startsWith('.') && !begun.startsWith('.')) continue;
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && await isDirectory(join(place, entry.name)));
    const item = { value: folder + entry.name, kind: 'file' as const, ...(typedFolder !== folder && { match: typedFolder + entry.name }) };
    items.push(isFolder ? { ...item, value: `${item.value}/`, detail: 'directory', suffix: '' } : item);
    if (items.length >= limit) break;
  }
  return items.sort((one, other) => (one.value < other.value ? -1 : 1));
}

async function* entriesOf(place: string) {
  try {
    yield* await opendir(place);
  } catch (error) {
    if (!isExpected(error)) throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isExpected(error)) return false; // a link to nowhere
    throw error;
  }
}

/** A path typed halfway need not exist, nor be readable. */
function isExpected(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG'].includes(code);
}
