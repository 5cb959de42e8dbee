import type { ConsoleCommand } from '../console-command.ts';
import { splitOwnLine } from '../console-commands.ts';
import type { HmpFacts } from '../../hmp/command-facts.ts';
import { checkArguments } from '../../qapi/check.ts';
import { QapiError } from '../../qapi/qapi-error.ts';
import { isIncompleteJson } from '../../util/incomplete-json.ts';
import { combineEffects } from '../effects/combine-effects.ts';
import { describeEffect } from '../effects/describe-effect.ts';
import { InputError } from '../failure.ts';
import { inputLanguage, isJsonLine } from '../input-language.ts';
import { lineWords } from '../line-words.ts';
import type { Snapshot } from '../live-state.ts';
import { dryRunLength } from '../rehearsal/dry-run.ts';
import { secretsIn, withoutThese } from '../secrets.ts';
import { parseMessage } from '../run-json.ts';
import { parseKeyValues } from '../run-key-values.ts';
import type { Request } from '../run-key-values.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { traceHmp } from './trace-hmp.ts';
import type { Translation } from './translation.ts';
import { hmpUnits, keyValueUnits } from './units.ts';

export interface TranslationWorld {
  readonly vocabulary: Vocabulary;
  readonly hmp: readonly HmpFacts[];
  /** Qmon's own commands. */
  readonly own: readonly ConsoleCommand[];
  readonly snapshot: Snapshot;
  readonly compat: boolean;
}

/** Longer texts are pasted, and nobody reads their translation. */
const longest = 20_000;

/** Tells what Enter would send and what would come of it; undefined while the line is no command yet. Sends nothing. */
export async function translateLine(text: string, world: TranslationWorld): Promise<Translation | undefined> {
  const line = text.trim();
  if (line === '' || line.startsWith('#') || text.length > longest) return undefined;
  if (/^(quit|q|exit)$/.test(line)) return noted('leaves qmon; the far end goes on');
  if (dryRunLength(line) > 0) return noted('asks only, and tells what the line would do');
  try {
    return withoutSecretsOf(line, isJsonLine(line) ? await ofMessage(line, world) : await ofWords(text, world));
  } catch (error) {
    if (error instanceof InputError) return withoutSecretsOf(line, { messages: [], units: [], problem: error.message });
    throw error;
  }
}

/** Complaints cite what was typed. */
function withoutSecretsOf(line: string, translation: Translation | undefined): Translation | undefined {
  if (translation?.problem === undefined) return translation;
  return { ...translation, problem: withoutThese(translation.problem, secretsIn(line)) };
}

function noted(note: string): Translation {
  return { messages: [], units: [], note };
}

async function ofMessage(line: string, world: TranslationWorld): Promise<Translation> {
  if (isIncompleteJson(line)) return noted('the message is not closed: Enter adds a line');
  if (/^[^]*?\}\s*\n\s*\{/.test(line) && isSeveral(line)) return noted('several messages: Enter sends them in order, up to the first that fails');
  const message = parseMessage(line);
  const command = message.execute ?? message['exec-oob'];
  if (typeof command !== 'string') return { messages: [message], units: [], problem: 'the message names no command to execute' };
  const args = message.arguments ?? {};
  return ofRequests([{ command, args: args as Request['args'] & object }], { world, messages: [message], units: [] });
}

/** Whether lines of the text make messages of their own. */
function isSeveral(text: string): boolean {
  const lines = text.split('\n');
  return lines.some((_, index) => index > 0 && !isIncompleteJson(lines.slice(0, index).join('\n')));
}

async function ofWords(text: string, world: TranslationWorld): Promise<Translation | undefined> {
  const { vocabulary, hmp, own, snapshot, compat } = world;
  const [first, ...rest] = lineWords(text);
  const line = text.trim();
  const name = first?.text ?? '';
  const isHmp = hmp.some((one) => one.name === name || one.name.startsWith(`${name} `) || one.aliases.includes(name));
  const ownOne = isHmp || vocabulary.has(name) ? undefined : own.find((one) => one.name === splitOwnLine(name).name);
  if (ownOne !== undefined) return noted(`qmon's own: ${ownOne.doc}`);
  const isKnown = isHmp || vocabulary.has(name);
  // A word that may still become a name is not judged.
  if (!isKnown && (rest.length === 0 && !/\s$/.test(text) || vocabulary.names.length === 0)) return undefined;
  const language = inputLanguage(line, { isQmp: (one) => vocabulary.has(one), isHmp: () => isHmp });
  if (language === 'qmp') {
    const request = parseKeyValues(line, vocabulary);
    return ofRequests([request], { world, units: keyValueUnits(line, request) });
  }
  const offers = (command: string) => vocabulary.names.length === 0 || vocabulary.has(command);
  const { requests, problem } = await traceHmp(line, { snapshot, offers, compat });
  const told = await ofRequests(requests, { world, units: hmpUnits(line, hmp) });
  if (problem !== undefined) return { ...told, problem };
  if (requests.length === 0) return { ...told, note: 'is answered here' };
  return isHmp || told.effect?.impact === 'destructive' ? told : { ...told, note: `'${name}' is unknown here: the far end's own monitor gets the line` };
}

async function ofRequests(
  requests: readonly Request[], { world, messages, units }: { world: TranslationWorld; messages?: Translation['messages']; units: readonly string[] },
): Promise<Translation> {
  const problem = requests.map((request) => faultOf(request, world.vocabulary)).find((one) => one !== undefined);
  const effects = await Promise.all(requests.map((request) => describeEffect(request, world.snapshot)));
  return {
    messages: messages ?? requests.map(({ command, args }) => ({ execute: command, ...(args && Object.keys(args).length > 0 && { arguments: args }) })),
    units, effect: combineEffects(effects), ...(problem !== undefined && { problem }),
  };
}

/** What the far end's schema says against a request. */
function faultOf({ command, args = {} }: Request, vocabulary: Vocabulary): string | undefined {
  if (vocabulary.names.length === 0) return undefined;
  if (!vocabulary.has(command)) return `the far end has no command '${command}'`;
  const data = vocabulary.command(command)?.data;
  if (data === undefined || (data.kind === 'struct' && data.isOpen === true) || command === 'device_add') return undefined;
  try {
    checkArguments(data, args);
    return undefined;
  } catch (error) {
    if (error instanceof QapiError) return error.desc;
    throw error;
  }
}
