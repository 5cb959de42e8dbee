import { setMaxListeners } from 'node:events';
import { homedir } from 'node:os';
import type { Link } from '../qmp/link.ts';
import { isIncompleteJson } from '../util/incomplete-json.ts';
import type { MonitorPlace } from './completion/sources.ts';
import { createLiveState } from './create-live-state.ts';
import { laterEventOutput } from './event-text.ts';
import { createFarLookup } from './far-lookup.ts';
import { openHistory } from './history-file.ts';
import type { FileHistory } from './history-file.ts';
import { isJsonLine } from './input-language.ts';
import { followJobEnds } from './job-ends.ts';
import { createKnowledge } from './knowledge.ts';
import { Writings } from './journal/writings.ts';
import { createLineRunner } from './line-runner.ts';
import { dryRunLength } from './rehearsal/dry-run.ts';
import type { ImageFiles } from './rehearsal/image-files.ts';
import { GuardedLink } from './safety/guarded-link.ts';
import { noSafety } from './safety/safety.ts';
import type { Safety } from './safety/safety.ts';
import type { Outcome, Output, RunContext, Session } from './session.ts';
import { Settings } from './settings/settings.ts';
import { createVocabularyCache } from './vocabulary.ts';
import type { Declarations } from './vocabulary.ts';

export interface SessionOptions {
  readonly link: Link;
  /** What time a reading of the far end is of, in milliseconds; default: now. */
  readonly nowMs?: () => number;
  /** What the session may do and what it asks about; default: everything, and nothing. */
  readonly safety?: Safety;
  /** Where lines are kept between runs; absent keeps them in memory only. See `defaultHistoryFile`. */
  readonly historyFile?: string;
  /** Lines that are shared with other sessions, instead of a file. */
  readonly history?: FileHistory;
  /** What people have chosen; default: nothing. */
  readonly settings?: Settings;
  /** What `info` lists is a table; default: unless texts are QEMU's. */
  readonly hmpTables?: boolean | undefined;
  /** Where `--dry-run` looks at the far end's images, made when first needed; absent: they are out of reach. */
  readonly images?: (() => Promise<ImageFiles>) | undefined;
  /** Finds the monitors that `connect` can go to, for completion; default: none. */
  readonly monitors?: (() => Promise<readonly MonitorPlace[]>) | undefined;
  /** What completion says of commands besides the far end's schema. */
  readonly declarations?: Declarations | undefined;
  /** What relative file names in a line are relative to, for completion; default the process's. */
  readonly cwd?: string;
  /** What `~` stands for; default the user's. */
  readonly homeDir?: string;
}

const neverAborted = new AbortController().signal;

/** Makes the console without a screen for one link. Cheap: schema, HMP and completion are loaded when first needed. */
export function createSession(options: SessionOptions): Session {
  const { nowMs, historyFile, images, hmpTables, safety = noSafety(), settings = new Settings(), cwd = process.cwd(), homeDir = homedir() } = options;
  const link = new GuardedLink(options.link, safety);
  const live = createLiveState(link, nowMs);
  const vocabulary = createVocabularyCache(link, options.declarations);
  const history = options.history ?? openHistory(historyFile, () => settings.get('history-size'));
  const knowledge = createKnowledge({ link, live, vocabulary });
  const ask = createFarLookup(link, (command) => vocabulary.loaded?.has(command) === true);
  const toldProblems = new Set<string>();
  const jobEnds = followJobEnds(link);
  const writings = new Writings(link, settings);
  const isIncomplete = (text: string) => {
    const line = text.slice(dryRunLength(text));
    return isJsonLine(line) && isIncompleteJson(line);
  };
  const runLine = createLineRunner({
    link, vocabulary, images, settings, writings, hmpTables, jobEnds, isIncomplete, history: () => history.lines, onChange: () => live.touch(),
  });
  const runText = async (text: string, context: Required<Pick<RunContext, 'signal' | 'report'>> & RunContext) => {
    const run = (line: string) => runLine(line, context);
    if (!text.trim().includes('\n')) return run(text);
    const { runLines } = await import('./run-script.ts');
    return runLines({ run, isIncomplete }, text, context.report);
  };
  return {
    link,
    safety,
    live,
    history,
    settings,
    isIncomplete,
    run: async (text, { signal = neverAborted, report, show, connect } = {}) => {
      // Scripts that run scripts all listen to it.
      setMaxListeners(100, signal);
      const early: Output[] = [];
      const hand = report ?? ((step: Outcome) => void early.push(...step.outputs));
      writings.journal.line(text);
      const last = await runText(text, { signal, show, connect, report: (step) => {
        writings.journal.outcome(step);
        return hand(step);
      } });
      writings.journal.outcome(last);
      const outcome: Outcome = { ...last, outputs: [...early, ...last.outputs] };
      const problem = [history.problem, writings.problem].find((one) => one !== undefined && !toldProblems.has(one));
      if (problem === undefined) return outcome;
      toldProblems.add(problem);
      return { ...outcome, outputs: [...outcome.outputs, { kind: 'note', text: problem }] };
    },
    complete: async (text, cursor) => {
      const [{ complete }, known] = await Promise.all([import('./completion/complete.ts'), knowledge.load()]);
      return complete(text, Math.min(Math.max(0, cursor), text.length), { ...known, files: { cwd, homeDir }, ask, monitors: options.monitors });
    },
    knows: (name) => knowledge.knows(name),
    translate: async (text) => {
      const [{ translateLine }, known] = await Promise.all([import('./translate/translate-line.ts'), knowledge.load()]);
      return translateLine(text, { ...known, compat: settings.get('compat') });
    },
    onEvent: (listener) => link.onEvent((event) => listener(laterEventOutput(event), event)),
    close: async () => {
      live.close();
      jobEnds.close();
      vocabulary.close();
      await link.close();
      await writings.close();
    },
  };
}
