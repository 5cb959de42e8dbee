import type { ConsoleCommand } from './console-command.ts';
import { consoleCommands, splitOwnLine } from './console-commands.ts';
import type { HmpFacts } from '../hmp/command-facts.ts';
import type { Link } from '../qmp/link.ts';
import type { LiveState, Snapshot } from './live-state.ts';
import { dryRunWord } from './rehearsal/dry-run.ts';
import type { Vocabulary, VocabularyCache } from './vocabulary.ts';

/** What is known of the far end without asking. */
export interface Knowledge {
  readonly vocabulary: Vocabulary;
  readonly hmp: readonly HmpFacts[];
  /** Qmon's own commands. */
  readonly own: readonly ConsoleCommand[];
  readonly snapshot: Snapshot;
}

/** The first line may have to ask the far end; it waits no longer than this, and later ones not at all. */
const patienceMs = 1500;

const nothingKnown: Vocabulary = { names: [], has: () => false, command: () => undefined };

/** What is known, and what of it can be told at once. */
export interface KnowledgeSource {
  /** Only what was never asked for is waited for. */
  load(): Promise<Knowledge>;
  /** Whether a line can begin with this word; undefined while the far end's commands are not known. */
  knows(name: string): boolean | undefined;
}

/** Gathers what completion and translation need. */
export function createKnowledge({ link, live, vocabulary }: { link: Link; live: LiveState; vocabulary: VocabularyCache }): KnowledgeSource {
  let hmpNames: ReadonlySet<string> | undefined;
  const facts = once(async () => {
    const [hmp, own] = await Promise.all([(await import('./hmp-console.ts')).hmpCommands(), consoleCommands.loadAll()]);
    hmpNames = new Set(hmp.flatMap(({ name, aliases }) => [name.split(' ', 1)[0] ?? name, ...aliases, 'exit', dryRunWord]));
    return { hmp, own };
  });
  let patienceLeft = patienceMs;
  const load = async () => {
    const { hmp, own } = await facts();
    if (link.state.state === 'ready') {
      const first: Promise<unknown>[] = [];
      if (vocabulary.loaded === undefined) first.push(vocabulary.load());
      if (live.snapshot.atMs === 0) first.push(live.refresh());
      const startedAt = performance.now();
      if (first.length > 0) await within(Promise.allSettled(first), patienceLeft);
      patienceLeft = Math.max(0, patienceLeft - (performance.now() - startedAt));
    }
    return { vocabulary: vocabulary.loaded ?? nothingKnown, hmp, own, snapshot: live.snapshot };
  };
  return {
    load,
    knows: (name) => {
      if (vocabulary.loaded === undefined || hmpNames === undefined) return undefined;
      return hmpNames.has(name) || vocabulary.loaded.has(name) || consoleCommands.has(name) || isOwnLine(name);
    },
  };
}

/** `:watch` is qmon's own, whatever the far end has. */
function isOwnLine(name: string): boolean {
  const own = splitOwnLine(name);
  return own.isMarked && consoleCommands.has(own.name);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

async function within(work: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => { timer = setTimeout(resolve, milliseconds); })]);
  clearTimeout(timer);
}
