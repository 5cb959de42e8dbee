import type { Link } from '../qmp/link.ts';
import type { HmpFacts } from './hmp-facts.ts';
import { monitorTextOutcome } from './monitor-text.ts';
import type { Outcome } from './session.ts';
import type { VocabularyCache } from './vocabulary.ts';

/** The human monitor's commands over a link. */
export interface HmpConsole {
  readonly facts: readonly HmpFacts[];
  has(name: string): boolean;
  /** Runs one line. @throws QapiError, LinkError */
  run(line: string): Promise<Outcome>;
}

export async function createHmpConsole(link: Link, _vocabulary: VocabularyCache): Promise<HmpConsole> {
  return {
    facts: [],
    has: () => false,
    run: async (line) => monitorTextOutcome(await link.execute('human-monitor-command', { 'command-line': line })),
  };
}
