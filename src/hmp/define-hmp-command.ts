import type { Completes } from '../qapi/schema.ts';
import type { ArgumentsOf } from './argument-spec.ts';
import type { BlockNames } from './block-names.ts';

/** A QMP command that carries out a line. */
export interface HmpRequest {
  readonly command: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What a request is made with: it may ask, and changes nothing. */
export interface HmpLookup {
  /** Runs a QMP command. @throws QapiError */
  readonly execute: (command: string, args?: Readonly<Record<string, unknown>>) => Promise<unknown>;
  /** Drives, nodes and guest devices by any of their names. */
  readonly names: BlockNames;
}

/** What a command may use. */
export interface HmpMonitor extends HmpLookup {
  /** Whether the far end has a QMP command. */
  readonly offers: (command: string) => boolean;
  /** Texts are QEMU's, byte for byte; else they may be better ones. */
  readonly compat: boolean;
  /** What `info` lists is a table; else it is QEMU's own lines. */
  readonly tables: boolean;
  /** Lines typed before, oldest first. */
  readonly history: () => readonly string[];
  /** Hands the whole line, or another, to the far end's own monitor, where there is one; undefined where there is none. */
  readonly passOn: (line?: string) => Promise<string> | undefined;
  /** Help on a command or group; undefined when there is no such thing. */
  readonly help: (words: readonly string[]) => Promise<string | undefined>;
}

/** What completes an argument: things that have names, or fixed words. */
export interface Completion {
  readonly names?: readonly Completes[];
  readonly words?: readonly string[];
  /** More can follow what is put in, within the same word or quotes. */
  readonly goesOn?: boolean;
  /** The argument is `key=value,...`. */
  readonly options?: OptionCompletion;
}

/** The keys of an option string: those of a QMP command's arguments, and more. */
export interface OptionCompletion {
  readonly command: string;
  /** The key whose value may come first without it. */
  readonly first?: string;
  readonly keys?: readonly string[];
}

/** A command of the human monitor: the default export of its file in `commands/`. */
export interface HmpCommand {
  /** With its words; the file's path. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** Arguments in QEMU's notation. */
  readonly args: string;
  /** The arguments as help shows them. */
  readonly usage: string;
  readonly doc: string;
  /** QMP commands without which the far end has to do it by itself. */
  readonly needs: readonly string[];
  readonly completes: Readonly<Record<string, Completion>>;
  /** The QMP command that does all of it. @throws QapiError in QEMU's words */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the registry holds commands of every argument type
  readonly request?: (args: any, lookup: HmpLookup) => HmpRequest | Promise<HmpRequest>;
  /** Resolves with the monitor's text, lines ended by '\n'. @throws QapiError, HmpError */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  readonly run: (args: any, monitor: HmpMonitor) => Promise<string>;
}

interface Shared<Spec extends string> {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly args: Spec;
  readonly usage: string;
  readonly doc: string;
  readonly needs?: readonly string[];
  readonly completes?: Readonly<Record<string, Completion>>;
}

interface Requesting<Spec extends string> extends Shared<Spec> {
  readonly request: (args: ArgumentsOf<Spec>, lookup: HmpLookup) => HmpRequest | Promise<HmpRequest>;
}

interface Running<Spec extends string> extends Shared<Spec> {
  readonly run: (args: ArgumentsOf<Spec>, monitor: HmpMonitor) => string | Promise<string>;
}

/** Makes a command: one that is a single QMP request and prints nothing, or one that runs. */
export function defineHmpCommand<const Spec extends string>(definition: Requesting<Spec> | Running<Spec>): HmpCommand {
  const { aliases = [], needs = [], completes = {} } = definition;
  if ('run' in definition) {
    const run = async (args: ArgumentsOf<Spec>, monitor: HmpMonitor) => definition.run(args, monitor);
    return { ...definition, aliases, needs, completes, run };
  }
  const run = async (args: ArgumentsOf<Spec>, monitor: HmpMonitor) => {
    const { command, args: given } = await definition.request(args, monitor);
    await monitor.execute(command, given);
    return '';
  };
  return { ...definition, aliases, needs, completes, run };
}
