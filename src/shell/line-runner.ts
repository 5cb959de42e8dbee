import type { Link } from '../qmp/link.ts';
import { isLinkError } from './failure.ts';
import type { HmpConsole } from './hmp-console.ts';
import { inputLanguage, isJsonLine, plainQmpName } from './input-language.ts';
import { failed, replied } from './print-reply.ts';
import type { Outcome } from './session.ts';
import type { Vocabulary, VocabularyCache } from './vocabulary.ts';

export interface LineRunnerOptions {
  readonly link: Link;
  readonly vocabulary: VocabularyCache;
  /** Called after a command that may have changed something at the far end. */
  readonly onChange: () => void;
}

/** Runs one line in whichever language it is; never rejects. What a language needs is loaded with its first line. */
export function createLineRunner({ link, vocabulary, onChange }: LineRunnerOptions): (text: string) => Promise<Outcome> {
  let hmp: Promise<HmpConsole> | undefined;
  const loadHmp = () => (hmp ??= import('./hmp-console.ts').then(({ createHmpConsole }) => createHmpConsole(link, vocabulary)));

  const runJson = async (text: string): Promise<Outcome> => {
    const json = await import('./run-json.ts');
    const outcome = await json.runJson(text, link);
    if (changes(json.commandOfJson(text) ?? '')) onChange();
    return outcome;
  };
  const execute = async (command: string, args?: Readonly<Record<string, unknown>>): Promise<Outcome> => {
    try {
      return replied(await link.execute(command, args));
    } finally {
      if (changes(command)) onChange();
    }
  };
  const runKeyValues = async (line: string, known: Vocabulary | undefined): Promise<Outcome> => {
    const { command, args } = (await import('./run-key-values.ts')).parseKeyValues(line, known);
    return execute(command, args);
  };
  const runHmp = async (line: string, console: HmpConsole): Promise<Outcome> => {
    try {
      return await console.run(line);
    } finally {
      if (!/^(info|help|\?|print|p)\b/.test(line)) onChange();
    }
  };
  const runLine = async (line: string): Promise<Outcome> => {
    if (line === '') return { status: 'done', outputs: [] };
    if (/^(quit|q|exit)$/.test(line)) return { status: 'leave', outputs: [] };
    if (isJsonLine(line)) return runJson(line);
    const name = plainQmpName(line);
    if (name !== undefined) return execute(name);
    const [known, console] = await Promise.all([vocabulary.load().catch(orNothing), loadHmp()]);
    const isQmp = (one: string) => known?.has(one) ?? false;
    return inputLanguage(line, { isQmp, isHmp: (one) => console.has(one) }) === 'qmp' ? runKeyValues(line, known) : runHmp(line, console);
  };
  return async (text) => {
    try {
      return await runLine(text.trim());
    } catch (error) {
      return failed(error);
    }
  };
}

/** Without the far end's vocabulary a line is understood as well as can be; the far end's own fault shows when it is run. */
function orNothing(error: unknown): undefined {
  if (!(error instanceof Error) || !(isLinkError(error) || error.name === 'QapiError')) throw error;
  return undefined;
}

/** Whether a QMP command may change what the panels show. */
function changes(command: string): boolean {
  return !/^(query-|qom-(get|list)|device-list-|x-debug-query-)|^$/.test(command);
}
