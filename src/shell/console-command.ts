import type { Link } from '../qmp/link.ts';
import type { Wanted } from './completion/slot.ts';
import type { JobEnds } from './job-ends.ts';
import type { Writings } from './journal/writings.ts';
import type { Outcome, RunContext } from './session.ts';
import type { Settings } from './settings/settings.ts';

/** What a console command stands on. */
export interface Console {
  readonly link: Link;
  /** How the jobs of this session ended. */
  readonly jobEnds: JobEnds;
  readonly settings: Settings;
  readonly writings: Writings;
  /** Aborted when the user wants the line to end. */
  readonly signal: AbortSignal;
  readonly show: RunContext['show'];
  readonly connect: RunContext['connect'];
  /** The scripts that led here, outermost first. */
  readonly sources: readonly string[];
  readonly report: (outcome: Outcome) => void | Promise<void>;
  /** Runs a line as if it had been typed: in any language, with all that keeps the far end safe. */
  readonly run: (line: string, context: RunContext, sources?: readonly string[]) => Promise<Outcome>;
  readonly isIncomplete: (text: string) => boolean;
}

/** What fits one argument, for completion. */
export interface ConsoleArgument {
  /** In words: 'job', 'seconds'. */
  readonly expects: string;
  readonly completes?: readonly Wanted[];
  readonly words?: readonly { readonly value: string; readonly detail?: string }[];
}

/** A command of qmon itself, neither QMP nor HMP: a file in `commands/`, named by the command. */
export interface ConsoleCommand {
  readonly name: string;
  /** A few words for help and completion. */
  readonly doc: string;
  /** Its arguments as people write them: '[-n SECONDS] COMMAND'. */
  readonly usage: string;
  /** Where a line of its own begins in the arguments (`watch`), when one does. */
  lineFrom?(rest: string): number;
  /** What can stand behind these arguments; undefined when nothing more can. */
  argument?(before: readonly string[]): ConsoleArgument | undefined;
  /**
   * Runs it. `rest` is what stands behind the name.
   * @throws InputError when the arguments cannot be understood, and what the link throws
   */
  run(rest: string, console: Console): Promise<Outcome>;
}

/** Checks the shape of a command. */
export function defineConsoleCommand(command: ConsoleCommand): ConsoleCommand {
  return command;
}
