import type { Completes } from '../qapi/schema.ts';
import { parseSpec } from './argument-spec.ts';
import type { Argument, ArgumentCode } from './argument-spec.ts';
import { commands } from './commands.ts';
import type { Completion, HmpCommand, OptionCompletion } from './define-hmp-command.ts';

/** One argument of a command, for completion. */
export interface HmpSlot {
  readonly name: string;
  /** '-f' for a switch. */
  readonly flag?: string;
  readonly completes?: readonly Completes[];
  readonly words?: readonly string[];
  /** More can follow what is put in, within the same word or quotes. */
  readonly goesOn?: boolean;
  /** The argument is `key=value,...`. */
  readonly options?: OptionCompletion;
  /** What is expected, where that is more than a word: a size, a number. */
  readonly expects?: string;
  /** A size in MiB unless it says otherwise. */
  readonly isSize?: boolean;
  readonly optional: boolean;
}

/** One command, for completion and for telling the languages apart. */
export interface HmpFacts {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly usage: string;
  readonly doc: string;
  readonly needs: readonly string[];
  /** A line is a single QMP request. */
  readonly isRequest: boolean;
  readonly slots: readonly HmpSlot[];
}

/** The facts of every command, sorted by name. */
export async function hmpCommands(): Promise<HmpFacts[]> {
  return (await commands.loadAll()).map(factsOf);
}

function factsOf({ name, aliases, usage, doc, needs, args, completes, request }: HmpCommand): HmpFacts {
  const slots = parseSpec(args).map((argument) => slotOf(argument, completes[argument.name]));
  return { name, aliases, usage, doc, needs, isRequest: request !== undefined, slots };
}

const natural: Readonly<Partial<Record<ArgumentCode, Completion>>> = {
  B: { names: ['device-or-node', 'qdev'] }, F: { names: ['file'] }, b: { words: ['on', 'off'] },
};

const expectations: Readonly<Partial<Record<ArgumentCode, string>>> = {
  o: 'size, in MiB unless it says otherwise', i: 'number or expression', l: 'number or expression', O: 'key=value,...', S: 'the rest of the line',
  '/': 'format: /o /d /u /x /c',
};

function slotOf(argument: Argument, completion: Completion | undefined): HmpSlot {
  const { name } = argument;
  if (argument.flag !== undefined) return { name, flag: `-${argument.flag}`, optional: true };
  const { names, words, goesOn, options } = completion ?? natural[argument.code] ?? {};
  const expects = expectations[argument.code];
  return { name, optional: argument.optional, ...(names && { completes: names }), ...(words && { words }), ...(goesOn && { goesOn }), ...(options && { options }), ...(expects && { expects }), ...(argument.code === 'o' && { isSize: true }) };
}
