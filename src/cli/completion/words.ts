import { modes, optionsOf, type ArgumentKind, type ModeName } from '../options.ts';

/** One option as a shell completion needs it. */
export interface CompletionOption {
  /** '-m', '--machine' */
  readonly spellings: readonly string[];
  readonly doc: string;
  readonly argument?: ArgumentKind;
  readonly repeats: boolean;
}

export interface CompletionMode {
  readonly name: ModeName;
  readonly doc: string;
  readonly completes: ArgumentKind;
  readonly options: readonly CompletionOption[];
}

/** The option rows in the form that the three generators share, help and version included. */
export function completionModes(): CompletionMode[] {
  return modes.map((mode) => ({
    name: mode.name,
    doc: mode.doc,
    completes: mode.completes,
    options: [
      ...optionsOf(mode.name).map((row) => ({
        spellings: row.flags.replace(/[ ,]*<.*/, '').split(/,\s*/),
        doc: row.doc, argument: row.argument, repeats: row.repeats === true,
      })),
      { spellings: ['-h', '--help'], doc: 'print the help', repeats: false },
      ...(mode.name === 'monitor' ? [{ spellings: ['-V', '--version'], doc: 'print the version', repeats: false }] : []),
    ],
  }));
}

/** The modes that are words of the command line; the monitor is the rest. */
export const isSubcommand = (mode: CompletionMode): boolean => mode.name !== 'monitor';
