import type { Link } from '../qmp/link.ts';
import type { Console } from './console-command.ts';
import { consoleCommands, splitOwnLine } from './console-commands.ts';
import { isLinkError } from './failure.ts';
import { inputLanguage, isJsonLine, plainQmpName } from './input-language.ts';
import type { JobEnds } from './job-ends.ts';
import type { Writings } from './journal/writings.ts';
import { onlyAsks } from './only-asks.ts';
import { outcomeWithoutSecrets } from './outcome-without-secrets.ts';
import { failed, replied } from './print-reply.ts';
import { dryRunLength } from './rehearsal/dry-run.ts';
import type { ImageFiles } from './rehearsal/image-files.ts';
import type { Outcome, RunContext } from './session.ts';
import type { Settings } from './settings/settings.ts';
import { untilAborted } from './until-aborted.ts';
import type { VocabularyCache } from './vocabulary.ts';

export interface LineRunnerOptions {
  readonly link: Link;
  readonly vocabulary: VocabularyCache;
  /** Lines typed before, for `info history`. */
  readonly history: () => readonly string[];
  readonly settings: Settings;
  readonly writings: Writings;
  /** What `info` lists is a table; default: unless texts are QEMU's. */
  readonly hmpTables?: boolean | undefined;
  /** Where a rehearsal looks at images; absent: nowhere. */
  readonly images?: (() => Promise<ImageFiles>) | undefined;
  readonly jobEnds: JobEnds;
  readonly isIncomplete: (text: string) => boolean;
  /** Called after a command that may have changed something at the far end. */
  readonly onChange: () => void;
}

/** A line under way: what it stands on, and the scripts that led to it. */
interface Run extends LineRunnerOptions {
  readonly context: Required<Pick<RunContext, 'signal' | 'report'>> & Pick<RunContext, 'show' | 'connect'>;
  readonly sources: readonly string[];
}

/** Runs one line and resolves with what it came to. What it says before its end goes to the context's `report`. */
export type LineRunner = (text: string, context: Run['context'], sources?: readonly string[]) => Promise<Outcome>;

const namesWithinMs = 500;

/** Runs one line in whichever language it is; never rejects. What a language needs is loaded with its first line. */
export function createLineRunner(options: LineRunnerOptions): LineRunner {
  return async (text, context, sources = []) => {
    const outcome = await runLine(text.trim(), { ...options, context, sources }).catch(failed);
    return outcomeWithoutSecrets(text, outcome);
  };
}

/**
 * A name of QMP or HMP is never one of qmon's own commands: a far end that has a command called `watch` gets it, and
 * `:watch` is ours even then.
 */
async function runLine(line: string, options: Run): Promise<Outcome> {
  if (line === '') return { status: 'done', outputs: [] };
  if (/^(quit|q|exit)$/.test(line)) return { status: 'leave', outputs: [] };
  const rehearsed = dryRunLength(line);
  if (rehearsed > 0) return rehearse(line.slice(rehearsed), options);
  if (isJsonLine(line)) return runMessage(line, options);
  const name = plainQmpName(line);
  if (name !== undefined) return execute(name, undefined, options);
  const own = splitOwnLine(line);
  if (own.isMarked) return runOwn(own, options);
  const [word = ''] = /^\S+/.exec(line) ?? [];
  const asked = options.vocabulary.names().catch(orNothing);
  // A far end that hangs does not keep us from our own commands.
  const known = consoleCommands.has(word) ? untilAborted(asked, AbortSignal.timeout(namesWithinMs)) : asked;
  const [names, hmp] = await Promise.all([known, import('./hmp-console.ts')]);
  const isHmp = await hmp.isHmpName(word);
  if (!isHmp && names?.has(word) !== true && consoleCommands.has(word)) return runOwn(own, options);
  const language = inputLanguage(line, { isQmp: (one) => names?.has(one) ?? false, isHmp: () => isHmp });
  if (language === 'qmp') return runKeyValues(line, options);
  try {
    const { link, history, hmpTables: tables } = options;
    const compat = options.settings.get('compat');
    const outcome = await hmp.runHmp(line, { link, names, history, compat, tables });
    return /^(help|\?)/.test(line) && !compat ? await withOwnHelp(line, outcome) : outcome;
  } finally {
    if (!/^(info|help|\?|print|p)\b/.test(line)) options.onChange();
  }
}

/** Runs one of qmon's own commands. */
async function runOwn(own: { name: string; rest: string }, options: Run): Promise<Outcome> {
  const { runConsole } = await import('./run-console.ts');
  const { link, jobEnds, settings, writings, isIncomplete, context, sources } = options;
  const run: Console['run'] = async (line, { signal = context.signal, report = context.report, show }, scripts = sources) => {
    const work = createLineRunner(options)(line, { signal, report, show, connect: context.connect }, scripts);
    return await untilAborted(work, signal) ?? { status: 'failed', outputs: [] };
  };
  const { signal, report, show, connect } = context;
  return runConsole(own, { link, jobEnds, settings, writings, isIncomplete, signal, report, show, connect, sources, run });
}

/** Help tells of qmon's own commands too. */
async function withOwnHelp(line: string, outcome: Outcome): Promise<Outcome> {
  const [, name, ...more] = line.split(/\s+/);
  const { consoleHelp } = await import('./run-console.ts');
  const text = more.length > 0 ? undefined : await consoleHelp(name);
  if (text === undefined) return outcome;
  const output = { kind: 'text', text: text.trimEnd(), data: text } as const;
  return name === undefined ? { ...outcome, outputs: [...outcome.outputs, output] } : { status: 'done', outputs: [output], reply: { return: text } };
}

async function runMessage(text: string, { link, onChange }: LineRunnerOptions): Promise<Outcome> {
  const { commandOfJson, runJson } = await import('./run-json.ts');
  try {
    return await runJson(text, link);
  } finally {
    if (!onlyAsks(commandOfJson(text) ?? 'qmp_capabilities')) onChange();
  }
}

/** Only asks; what the line would do is told instead of done. */
async function rehearse(line: string, { link, vocabulary, images }: LineRunnerOptions): Promise<Outcome> {
  const [{ runRehearsal }, { unreachableImages }] = await Promise.all([import('./rehearsal/rehearse.ts'), import('./rehearsal/image-files.ts')]);
  const reachable = await images?.() ?? unreachableImages('the images cannot be reached from here');
  return runRehearsal(line, { link, vocabulary: await vocabulary.load(), images: reachable });
}

async function runKeyValues(line: string, options: LineRunnerOptions): Promise<Outcome> {
  const [known, { parseKeyValues }] = await Promise.all([options.vocabulary.load().catch(orNothing), import('./run-key-values.ts')]);
  const { command, args } = parseKeyValues(line, known);
  return execute(command, args, options);
}

async function execute(command: string, args: Readonly<Record<string, unknown>> | undefined, options: LineRunnerOptions): Promise<Outcome> {
  try {
    return replied(await options.link.execute(command, args));
  } finally {
    if (!onlyAsks(command)) options.onChange();
  }
}

/** Without the far end's vocabulary a line is understood as well as can be; the far end's own fault shows when it is run. */
function orNothing(error: unknown): undefined {
  if (!(error instanceof Error) || !(isLinkError(error) || error.name === 'QapiError')) throw error;
  return undefined;
}
