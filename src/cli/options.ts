import { allowLevels } from '../shell/safety/allow-level.ts';

/** What an option's argument names, so that a shell can complete it. */
export type ArgumentKind = 'file' | 'image' | 'machine-file' | 'address' | 'command-line' | 'choice';

/** One command-line option: parsing, help and shell completion are made from these rows. */
export interface OptionRow {
  /** As commander writes it: '-c, --command <line>'. */
  readonly flags: string;
  readonly doc: string;
  readonly argument?: ArgumentKind;
  /** What a 'choice' is between; anything else is refused. */
  readonly choices?: readonly string[];
  /** May be given several times. */
  readonly repeats?: true;
  readonly modes: readonly ModeName[];
}

export type ModeName = 'monitor' | 'exec' | 'serve' | 'replay' | 'completion';

export interface ModeRow {
  readonly name: ModeName;
  /** Positional arguments as commander writes them. */
  readonly positional: string;
  readonly completes: ArgumentKind;
  readonly choices?: readonly string[];
  readonly doc: string;
}

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export const modes: readonly ModeRow[] = [
  { name: 'monitor', positional: '[image...]', completes: 'image', doc: 'watch and drive block devices in an interactive monitor' },
  { name: 'exec', positional: '[words...]', completes: 'file',
    doc: 'run lines and print the replies; without -c the last word is a script file, - is standard input' },
  { name: 'serve', positional: '[image...]', completes: 'image', doc: 'serve QMP to other programs, without a screen' },
  { name: 'replay', positional: '<file>', completes: 'file', doc: 'play a recorded session on the screen; needs no QEMU' },
  { name: 'completion', positional: '<shell>', completes: 'choice', choices: shells, doc: 'print the completion script for bash, zsh or fish' },
];

export const options: readonly OptionRow[] = [
  { flags: '-m, --machine <file>', argument: 'machine-file', modes: ['monitor', 'exec', 'serve'],
    doc: 'the embedded engine on the machine that FILE (JSON5) describes' },
  { flags: '-C, --connect [address]', argument: 'address', modes: ['monitor', 'exec', 'serve'],
    doc: 'a live QMP socket: unix:PATH, PATH, tcp:HOST:PORT or ssh://[USER@]HOST/PATH; without an address: lists those of running QEMUs' },
  { flags: '--read-only', modes: ['monitor', 'exec', 'serve'], doc: 'only ask: nothing that changes something is sent; as --allow observe' },
  { flags: '--allow <level>', argument: 'choice', choices: allowLevels, modes: ['monitor', 'exec', 'serve'],
    doc: 'observe: only ask; operate: run disks and jobs while nothing is lost; full (default): everything' },
  { flags: '-y, --yes', modes: ['monitor', 'exec'], doc: 'do without asking what would be asked: what loses data, a device or the machine' },
  { flags: '-c, --command <line>', argument: 'command-line', repeats: true, modes: ['exec'], doc: 'run this line; may be repeated' },
  { flags: '--json', modes: ['exec'], doc: 'print one JSON object a line' },
  { flags: '--keep-going', modes: ['exec'], doc: 'go on after a line that failed' },
  { flags: '--qmp <address>', argument: 'address', repeats: true, modes: ['serve'], doc: 'serve QMP at this address; may be repeated' },
  { flags: '--hmp <address>', argument: 'address', repeats: true, modes: ['serve'], doc: 'serve the text monitor at this address' },
  { flags: '--hmp-compat', modes: ['monitor', 'exec', 'serve'], doc: 'the human monitor prints exactly what QEMU 7.2 does' },
  { flags: '--plain', modes: ['monitor'], doc: 'lines of text instead of a screen: for screen readers and terminals that only print' },
  { flags: '--theme <name>', argument: 'choice', choices: ['auto', 'dark', 'light', 'mono'], modes: ['monitor', 'replay'],
    doc: 'colours for a dark or light background, none, or as the terminal tells (auto)' },
  { flags: '--log <file>', argument: 'file', modes: ['monitor', 'exec'], doc: 'append all traffic to FILE, secrets left out' },
  { flags: '--speed <factor>', modes: ['replay'], doc: 'play so many times as fast' },
  { flags: '--insecure-tcp', modes: ['serve'], doc: 'allow a TCP address that other machines can reach' },
];

/** The rows of one mode. */
export function optionsOf(mode: ModeName): OptionRow[] {
  return options.filter((row) => row.modes.includes(mode));
}
