import { QapiError } from '../qapi/qapi-error.ts';
import type { BlockDeviceInfo } from '../qapi/types/block-device-info.ts';
import type { BlockInfo } from '../qapi/types/block-info.ts';
import { createBlockNames } from './block-names.ts';
import type { BlockNames } from './block-names.ts';
import { hmpCommands } from './command-facts.ts';
import type { HmpFacts } from './command-facts.ts';
import type { HmpCommand, HmpMonitor, HmpRequest } from './define-hmp-command.ts';
import { findCommand, titleOf } from './find-command.ts';
import type { FoundCommand } from './find-command.ts';
import { helpText } from './help-text.ts';
import { HmpError } from './hmp-error.ts';
import { parseArguments } from './parse-arguments.ts';

/** What the human monitor stands on. */
export interface HmpHost {
  /** Runs a QMP command. @throws QapiError, and what a link throws */
  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Whether the far end has a QMP command. */
  offers(command: string): boolean;
  /** Lines typed before, oldest first. */
  history?(): readonly string[];
  /** Gives a line to the far end's own monitor: lines we do not know, or that lack a QMP command. Absent: there is none. */
  passOn?(line: string): Promise<string>;
  /** Where names are looked up; default: the far end is asked. */
  readonly names?: BlockNames;
  /** Texts are QEMU's, byte for byte; default: unknown names are errors and lists are tables. */
  readonly compat?: boolean;
  /** What `info` lists is a table; default: unless texts are QEMU's. */
  readonly tables?: boolean;
}

/** What a line came to. */
export interface HmpResult {
  /** As QEMU's monitor prints it, errors included; lines end with CR LF. */
  readonly text: string;
  /** Why it failed, when it did. */
  readonly error?: QapiError | HmpError;
}

export interface Hmp {
  /** Runs a line and resolves with the monitor's text. Rejects only with what is not the line's fault (a lost link). */
  run(line: string): Promise<string>;
  /** As run, telling a failure from plain text. */
  evaluate(line: string): Promise<HmpResult>;
  /** The QMP request that a line stands for; undefined when it takes more than one. @throws HmpError */
  translate(line: string): Promise<HmpRequest | undefined>;
  /** For completion and help. */
  commands(): Promise<HmpFacts[]>;
}

/** Makes a human monitor on top of QMP. */
export function createHmp(host: HmpHost): Hmp {
  const evaluate = async (line: string): Promise<HmpResult> => {
    const found = await findCommand(line);
    if (found.typed === '') return { text: '' };
    try {
      return { text: await runFound(found, line, host) };
    } catch (error) {
      if (!(error instanceof QapiError || error instanceof HmpError)) throw error;
      return { text: withLineEnds(`${errorText(error, found.typed)}\n`), error };
    }
  };
  return {
    evaluate,
    run: async (line) => (await evaluate(line)).text,
    translate: async (line) => {
      const { command, cursor, typed } = await findCommand(line);
      if (command === undefined) throw unknown(typed);
      return command.request?.(argumentsOf(command, cursor), monitorOf(host));
    },
    commands: hmpCommands,
  };
}

async function runFound({ command, cursor, typed }: FoundCommand, line: string, host: HmpHost): Promise<string> {
  if (command === undefined) return host.passOn?.(line) ?? Promise.reject(unknown(typed));
  const isOffered = command.needs.every((name) => host.offers(name));
  if (!isOffered && host.passOn !== undefined) return host.passOn(line);
  const args = argumentsOf(command, cursor);
  if (!isOffered) throw new HmpError('unavailable', `Command "${command.name}" is not available.`);
  return withLineEnds(await command.run(args, monitorOf(host, line)));
}

function monitorOf(host: HmpHost, line = ''): HmpMonitor {
  const execute = (name: string, args?: Readonly<Record<string, unknown>>) => host.execute(name, args);
  const offers = (name: string) => host.offers(name);
  return {
    execute,
    offers,
    names: host.names ?? namesAsked({ execute, offers }),
    compat: host.compat ?? false,
    tables: host.tables ?? host.compat !== true,
    history: () => host.history?.() ?? [],
    passOn: (other = line) => host.passOn?.(other),
    help: (words) => helpText(words, host.compat ?? false),
  };
}

/** Asks the far end, each list at most once a line. */
function namesAsked({ execute, offers }: Pick<HmpMonitor, 'execute' | 'offers'>): BlockNames {
  const asked = new Map<string, Promise<unknown>>();
  const ask = (query: string) => {
    const rows = asked.get(query) ?? (offers(query) ? execute(query) : Promise.resolve([]));
    asked.set(query, rows);
    return rows;
  };
  return createBlockNames({
    block: () => ask('query-block') as Promise<BlockInfo[]>,
    nodes: () => ask('query-named-block-nodes') as Promise<BlockDeviceInfo[]>,
  });
}

function argumentsOf(command: HmpCommand, cursor: FoundCommand['cursor']): Record<string, unknown> {
  try {
    return parseArguments(cursor, { title: titleOf(command), args: command.args });
  } catch (error) {
    if (error instanceof HmpError) error.position = cursor.position;
    throw error;
  }
}

function unknown(typed: string): HmpError {
  return new HmpError('unknown command', `unknown command: '${typed}'`);
}

function errorText(error: QapiError | HmpError, typed: string): string {
  if (error instanceof QapiError) return ['Error: ' + error.desc, error.hint].filter(Boolean).join('\n');
  return error.reason === 'arguments' ? `${error.message}\nTry "help ${typed}" for more information` : error.message;
}

function withLineEnds(text: string): string {
  return text.replaceAll(/\r?\n/g, '\r\n');
}
