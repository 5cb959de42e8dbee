import { QapiError } from '../qapi/qapi-error.ts';
import { readSchema } from '../qapi/schema-reader.ts';
import type { CommandDeclaration } from '../qapi/schema.ts';
import type { SchemaInfo } from '../qapi/types/schema-info.ts';
import type { Link } from '../qmp/link.ts';

/** What the far end says it can do. */
export interface Vocabulary {
  /** Every QMP command, sorted. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** The command's arguments; undefined when the far end does not tell them. */
  command(name: string): CommandDeclaration | undefined;
}

/** The vocabulary of a link, asked for when first needed and again after a reconnect. */
export interface VocabularyCache {
  load(): Promise<Vocabulary>;
  /** The answer of the last load, when there is one. */
  readonly loaded: Vocabulary | undefined;
  close(): void;
}

/** A far end that keeps silent must not keep a line waiting for half a minute. */
const deadlineMs = 5000;

export function createVocabularyCache(link: Link): VocabularyCache {
  let loading: Promise<Vocabulary> | undefined;
  let loaded: Vocabulary | undefined;
  const off = link.onState(({ state }) => {
    if (state === 'waiting' || state === 'closed') loading = loaded = undefined;
  });
  const begin = async () => {
    const mine = readVocabulary(link);
    loading = mine;
    try {
      const vocabulary = await mine;
      if (loading === mine) loaded = vocabulary;
      return vocabulary;
    } catch (error) {
      if (loading === mine) loading = undefined; // the next line tries again
      throw error;
    }
  };
  return { load: () => loading ?? begin(), get loaded() { return loaded; }, close: off };
}

/**
 * Asks for the schema, which names every argument; a far end without introspection (before 2.5) only lists its commands.
 * @throws LinkError, or the QapiError of a far end that answers neither
 */
async function readVocabulary(link: Link): Promise<Vocabulary> {
  try {
    const commands = readSchema((await link.execute('query-qmp-schema', undefined, { deadlineMs })) as SchemaInfo[]);
    return vocabularyOf([...commands.keys()], commands);
  } catch (error) {
    if (!(error instanceof QapiError)) throw error;
    const rows = (await link.execute('query-commands', undefined, { deadlineMs })) as { readonly name: string }[];
    return vocabularyOf(rows.map(({ name }) => name), new Map());
  }
}

function vocabularyOf(names: readonly string[], commands: ReadonlyMap<string, CommandDeclaration>): Vocabulary {
  const known = new Set(names);
  return { names: [...known].sort(), has: (name) => known.has(name), command: (name) => commands.get(name) };
}
