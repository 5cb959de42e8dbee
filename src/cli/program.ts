import { Command, CommanderError, Option } from 'commander';
import { modes, optionsOf, type ModeName, type ModeRow, type OptionRow } from './options.ts';
import { UsageError } from './usage-error.ts';

/** A parsed command line. */
export interface Invocation {
  readonly mode: ModeName;
  readonly words: readonly string[];
  readonly options: InvocationOptions;
}

export interface InvocationOptions {
  readonly machine?: string;
  /** Without an address: true, until one is chosen. */
  readonly connect?: string | true;
  readonly command?: readonly string[];
  readonly json?: boolean;
  readonly keepGoing?: boolean;
  readonly qmp?: readonly string[];
  readonly hmp?: readonly string[];
  readonly hmpCompat?: boolean;
  readonly plain?: boolean;
  readonly theme?: 'auto' | 'dark' | 'light' | 'mono';
  readonly log?: string;
  readonly speed?: string;
  readonly insecureTcp?: boolean;
  readonly readOnly?: boolean;
  readonly allow?: string;
  readonly yes?: boolean;
}

const EXAMPLES = `
Examples:
  qmon                                  the demo machine
  qmon disk.qcow2 cd.iso                these images
  qmon --connect /run/vm/qmp.sock       a running QEMU
  qmon --connect                        choose among the running ones
  qmon exec -c 'info block' disk.qcow2  one line, for scripts
  qmon serve --machine m.json5 --qmp unix:/tmp/q.sock
  qmon replay session.qmr               a session that 'record' has written, without QEMU
`;

/**
 * Parses the words after the program's name.
 * @returns the invocation, or the exit status when help or the version was printed
 * @throws UsageError naming the option that is wrong
 */
export function parseCommandLine(args: readonly string[], version: string): Invocation | { readonly exitStatus: number } {
  let invocation: Invocation | undefined;
  const note = (mode: ModeName) => (words: string | string[], given: InvocationOptions) => {
    invocation = { mode, words: [words].flat(), options: given };
  };
  const program = new Command('qmon').version(version, '-V, --version', 'print the version');
  for (const mode of modes) describe(mode.name === 'monitor' ? program : program.command(mode.name), mode).action(note(mode.name));
  program.description("An interactive monitor for QEMU's block layer.").addHelpText('after', EXAMPLES).enablePositionalOptions();
  for (const command of [program, ...program.commands]) command.exitOverride().configureOutput({ outputError: () => undefined });
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { exitStatus: 0 };
    throw new UsageError(`${error.message.replace(/^error: /, '')} (see qmon --help)`);
  }
  return invocation ?? { exitStatus: 0 };
}

function describe(command: Command, mode: ModeRow): Command {
  command.argument(mode.positional).description(mode.doc);
  for (const row of optionsOf(mode.name)) command.addOption(optionOf(row));
  return command;
}

function optionOf(row: OptionRow): Option {
  const option = new Option(row.flags, row.doc);
  if (row.choices) option.choices(row.choices);
  return row.repeats ? option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]) : option;
}
