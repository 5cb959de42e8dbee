import type { Link } from '../qmp/link.ts';
import { isLinkError } from './failure.ts';
import { inputLanguage, isJsonLine, plainQmpName } from './input-language.ts';
import { onlyAsks } from './only-asks.ts';
import { failed, replied } from './print-reply.ts';
import { dryRunLength } from './rehearsal/dry-run.ts';
import type { ImageFiles } from './rehearsal/image-files.ts';
import type { Outcome } from './session.ts';
import type { VocabularyCache } from './vocabulary.ts';

export interface LineRunnerOptions {
  readonly link: Link;
  readonly vocabulary: VocabularyCache;
  /** Lines typed before, for `info history`. */
  readonly history: () => readonly string[];
  /** The human monitor prints QEMU's own texts instead of better ones. */
  readonly hmpCompat?: boolean;
  /** What `info` lists is a table; default: unless texts are QEMU's. */
  readonly hmpTables?: boolean | undefined;
  /** Where a rehearsal looks at images; absent: nowhere. */
  readonly images?: (() => Promise<ImageFiles>) | undefined;
  /** Called after a command that may have changed something at the far end. */
  readonly onChange: () => void;
}

/** Runs one line in whichever language it is; never rejects. What a language needs is loaded with its first line. */
export function createLineRunner(options: LineRunnerOptions): (text: string) => Promise<Outcome> {
  return async (text) => {
    try {
      return await runLine(text.trim(), options);
    } catch (error) {
      return failed(error);
    }
  };
}

async function runLine(line: string, options: LineRunnerOptions): Promise<Outcome> {
  if (line === '') return { status: 'done', outputs: [] };
  if (/^(quit|q|exit)$/.test(line)) return { status: 'leave', outputs: [] };
  const rehearsed = dryRunLength(line);
  if (rehearsed > 0) return rehearse(line.slice(rehearsed), options);
  if (isJsonLine(line)) return runMessage(line, options);
  const name = plainQmpName(line);
  if (name !== undefined) return execute(name, undefined, options);
  const [word = ''] = /^\S+/.exec(line) ?? [];
  const [names, hmp] = await Promise.all([options.vocabulary.names().catch(orNothing), import('./hmp-console.ts')]);
  const isHmp = await hmp.isHmpName(word);
  const language = inputLanguage(line, { isQmp: (one) => names?.has(one) ?? false, isHmp: () => isHmp });
  if (language === 'qmp') return runKeyValues(line, options);
  try {
    return await hmp.runHmp(line, { link: options.link, names, history: options.history, compat: options.hmpCompat, tables: options.hmpTables });
  } finally {
    if (!/^(info|help|\?|print|p)\b/.test(line)) options.onChange();
  }
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
