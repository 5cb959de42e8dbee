import { homedir } from 'node:os';
import { join } from 'node:path';
import { appendLine, readLines } from './history-store.ts';
import type { History } from './history.ts';
import { holdsSecret } from './secrets.ts';

/** A history that may be kept in a file. */
export interface FileHistory extends History {
  /** Why lines are not being saved, once that has happened. */
  readonly problem?: string;
}

/** Where lines are kept: `$XDG_STATE_HOME/qmon/history`, by default `~/.local/state/qmon/history`. */
export function defaultHistoryFile(env: Readonly<Record<string, string | undefined>>, home = homedir()): string {
  const state = env.XDG_STATE_HOME;
  return join(state?.startsWith('/') ? state : join(home, '.local', 'state'), 'qmon', 'history');
}

/** The history of one session; with a file, lines of earlier runs come first. The file is read when first needed. */
export function openHistory(file?: string, capacity: () => number = () => 5000): FileHistory {
  let lines: string[] | undefined;
  let problem: string | undefined;
  const attempt = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (error) {
      problem = `the history is not saved: ${error instanceof Error ? error.message : String(error)}`;
      return otherwise;
    }
  };
  const load = () => (lines ??= file === undefined || capacity() === 0 ? [] : attempt(() => readLines(file, capacity()), []));
  return {
    get lines() { return load(); },
    get problem() { return problem; },
    add: (text) => {
      const line = text.trim();
      const kept = load();
      if (line === '' || line === kept.at(-1) || holdsSecret(line)) return;
      kept.push(line);
      if (kept.length > capacity()) kept.splice(0, kept.length - capacity());
      if (file !== undefined && problem === undefined && capacity() > 0) attempt(() => appendLine(file, line), undefined);
    },
  };
}
