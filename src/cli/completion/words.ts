import { modes, optionsOf, type ArgumentKind, type ModeName } from '../options.ts';

/** The hidden word that the scripts call qmon with, to ask what a monitor line can become. */
export const completeWord = '__complete';

/** How the names of images end; they are offered before other files. */
export const imageEndings = ['qcow2', 'qcow', 'raw', 'img', 'iso', 'vmdk', 'vdi', 'vhdx', 'vhd', 'vpc', 'qed', 'cow', 'dmg', 'luks', 'parallels'] as const;
export const machineEndings = ['json5', 'json'] as const;

/** One option as a shell completion needs it. */
export interface CompletionOption {
  /** '-m', '--machine' */
  readonly spellings: readonly string[];
  readonly doc: string;
  readonly argument?: ArgumentKind | undefined;
  readonly choices?: readonly string[] | undefined;
  readonly repeats: boolean;
}

export interface CompletionMode {
  readonly name: ModeName;
  readonly doc: string;
  readonly completes: ArgumentKind;
  readonly choices?: readonly string[] | undefined;
  readonly options: readonly CompletionOption[];
}

/** The option rows in the form that the three generators share, help and version included. */
export function completionModes(): CompletionMode[] {
  return modes.map((mode) => ({
    name: mode.name,
    doc: mode.doc,
    completes: mode.completes,
    choices: mode.choices,
    options: [
      ...optionsOf(mode.name).map((row) => ({
        spellings: row.flags.replace(/[ ,]*[<[].*/, '').split(/,\s*/),
        doc: row.doc, argument: row.argument, choices: row.choices, repeats: row.repeats === true,
      })),
      { spellings: ['-h', '--help'], doc: 'print the help', repeats: false },
      ...(mode.name === 'monitor' ? [{ spellings: ['-V', '--version'], doc: 'print the version', repeats: false }] : []),
    ],
  }));
}

/** The modes that are words of the command line; the monitor is the rest. */
export const isSubcommand = (mode: CompletionMode): boolean => mode.name !== 'monitor';
