/** A folder seen as a table: name -> the file's default export, loaded on first use. */
export interface Registry<Entry> {
  /** Every name, sorted. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** The entry, or undefined when no file has that name. Rejects only when the file itself cannot be loaded. */
  load(name: string): Promise<Entry | undefined>;
  /** Every entry, in the order of the names. */
  loadAll(): Promise<Entry[]>;
}

type Files<Entry> = Record<string, () => Promise<{ default: Entry }>>;

/**
 * Makes a registry of `import.meta.glob(...)`.
 * `folder` is the prefix to drop ('./commands/'); what remains without `.ts`, `.tsx` or `/index` is the name,
 * and a deeper path becomes words ('info/block.ts' is 'info block').
 */
export function createRegistry<Entry>(files: Record<string, () => Promise<unknown>>, folder: string): Registry<Entry> {
  const byName = new Map(Object.entries(files as Files<Entry>).map(([path, load]) => [nameOf(path, folder), load]));
  const names = [...byName.keys()].sort();
  const loaded = new Map<string, Promise<Entry | undefined>>();
  const load = (name: string) => {
    const entry = loaded.get(name) ?? byName.get(name)?.().then((file) => file.default) ?? Promise.resolve(undefined);
    if (byName.has(name)) loaded.set(name, entry);
    return entry;
  };
  return {
    names,
    has: (name) => byName.has(name),
    load,
    loadAll: async () => Promise.all(names.map(async (name) => (await load(name)) as Entry)),
  };
}

function nameOf(path: string, folder: string): string {
  return path.slice(folder.length).replace(/\.tsx?$/, '').replace(/\/index$/, '').replaceAll('/', ' ');
}
