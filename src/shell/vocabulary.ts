import { QapiError } from '../qapi/qapi-error.ts';
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
  /** With arguments: a long answer. */
  load(): Promise<Vocabulary>;
  /** The names alone: a short one. */
  names(): Promise<ReadonlySet<string>>;
  /** The answer of the last load, when there is one. */
  readonly loaded: Vocabulary | undefined;
  close(): void;
}

/** A far end that keeps silent must not keep a line waiting for half a minute. */
const deadlineMs = 5000;

/** Our own declarations by wire name: they say what the far end's schema leaves out. */
export type Declarations = () => Promise<ReadonlyMap<string, CommandDeclaration>>;

export function createVocabularyCache(link: Link, declarations?: Declarations): VocabularyCache {
  const vocabulary = new Once(() => readVocabulary(link, declarations));
  const names = new Once(() => readNames(link));
  const off = link.onState(({ state }) => {
    if (state !== 'waiting' && state !== 'closed') return;
    vocabulary.forget();
    names.forget();
  });
  return {
    load: () => vocabulary.get(),
    names: async () => (vocabulary.value ? new Set(vocabulary.value.names) : names.get()),
    get loaded() { return vocabulary.value; },
    close: off,
  };
}

/** Asks once; a failure is forgotten, so that the next line tries again. */
class Once<Value> {
  value: Value | undefined;
  readonly #ask: () => Promise<Value>;
  #asking: Promise<Value> | undefined;

  constructor(ask: () => Promise<Value>) {
    this.#ask = ask;
  }

  get(): Promise<Value> {
    return this.#asking ?? this.#begin();
  }

  forget(): void {
    this.#asking = undefined;
    this.value = undefined;
  }

  #begin(): Promise<Value> {
    const asking: Promise<Value> = this.#ask().then(
      (value) => {
        if (this.#asking === asking) this.value = value;
        return value;
      },
      (error: unknown) => {
        if (this.#asking === asking) this.forget();
        throw error;
      },
    );
    this.#asking = asking;
    return asking;
  }
}

/**
 * Asks for the schema, which names every argument; a far end without introspection (before 2.5) only lists its commands.
 * @throws LinkError, or the QapiError of a far end that answers neither
 */
async function readVocabulary(link: Link, declarations: Declarations | undefined): Promise<Vocabulary> {
  try {
    const entries = (await link.execute('query-qmp-schema', undefined, { deadlineMs })) as SchemaInfo[];
    const [{ readSchema }, { annotateCommand }, own] = await Promise.all([
      import('../qapi/schema-reader.ts'), import('../qapi/annotate-type.ts'), declarations?.(),
    ]);
    const commands = [...readSchema(entries)].map(([name, command]) => [name, annotateCommand(command, own?.get(name))] as const);
    return vocabularyOf(new Set(commands.map(([name]) => name)), new Map(commands));
  } catch (error) {
    if (!(error instanceof QapiError)) throw error;
    return vocabularyOf(await readNames(link), new Map());
  }
}

async function readNames(link: Link): Promise<ReadonlySet<string>> {
  const rows = (await link.execute('query-commands', undefined, { deadlineMs })) as { readonly name: string }[];
  return new Set(rows.map(({ name }) => name));
}

function vocabularyOf(names: ReadonlySet<string>, commands: ReadonlyMap<string, CommandDeclaration>): Vocabulary {
  return { names: [...names].sort(), has: (name) => names.has(name), command: (name) => commands.get(name) };
}
