import type { Link } from '../qmp/link.ts';
import { createLiveState } from './create-live-state.ts';
import type { Session } from './session.ts';

export interface SessionOptions {
  readonly link: Link;
  /** Where lines are kept between runs; absent keeps them in memory only. See `defaultHistoryFile`. */
  readonly historyFile?: string;
  /** What relative file names in a line are relative to, for completion; default the process's. */
  readonly cwd?: string;
  /** What `~` stands for; default the user's. */
  readonly homeDir?: string;
}

/** Makes the console without a screen for one link. Cheap: schema, HMP and completion are loaded when first needed. */
export function createSession(options: SessionOptions): Session {
  const { link } = options;
  const live = createLiveState(link);
  return {
    link,
    live,
    history: { lines: [], add: () => undefined },
    isIncomplete: () => false,
    run: async () => ({ status: 'done', outputs: [] }),
    complete: async (_text, cursor) => ({ from: cursor, to: cursor, candidates: [] }),
    onEvent: () => () => undefined,
    close: async () => live.close(),
  };
}
