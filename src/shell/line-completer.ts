import type { Link } from '../qmp/link.ts';
import { consoleCommands } from './console-commands.ts';
import type { FilePlace } from './completion/file-names.ts';
import type { LiveState } from './live-state.ts';
import type { Completion } from './session.ts';
import type { Vocabulary, VocabularyCache } from './vocabulary.ts';

export interface LineCompleterOptions {
  readonly link: Link;
  readonly live: LiveState;
  readonly vocabulary: VocabularyCache;
  readonly files: FilePlace;
}

/** The first TAB may have to ask the far end; it waits no longer than this, and later ones not at all. */
const patienceMs = 1500;

const nothingKnown: Vocabulary = { names: [], has: () => false, command: () => undefined };

/** Completes lines from what is known; only what was never asked for is waited for. */
export function createLineCompleter({ link, live, vocabulary, files }: LineCompleterOptions) {
  const code = once(async () => {
    const [{ complete }, { hmpCommands }, own] = await Promise.all([
      import('./completion/complete.ts'), import('./hmp-console.ts'), consoleCommands.loadAll(),
    ]);
    return { complete, own, hmp: await hmpCommands() };
  });
  let patienceLeft = patienceMs;
  return async (text: string, caret: number): Promise<Completion> => {
    const cursor = Math.min(Math.max(0, caret), text.length);
    const { complete, hmp, own } = await code();
    if (link.state.state === 'ready') {
      const first: Promise<unknown>[] = [];
      if (vocabulary.loaded === undefined) first.push(vocabulary.load());
      if (live.snapshot.atMs === 0) first.push(live.refresh());
      const startedAt = performance.now();
      if (first.length > 0) await within(Promise.allSettled(first), patienceLeft);
      patienceLeft = Math.max(0, patienceLeft - (performance.now() - startedAt));
    }
    return complete(text, cursor, { vocabulary: vocabulary.loaded ?? nothingKnown, hmp, own, snapshot: live.snapshot, files });
  };
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
