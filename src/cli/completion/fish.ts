import { allowLevels } from '../../shell/safety/allow-level.ts';
import { shells, type ArgumentKind } from '../options.ts';
import { completionModes, isSubcommand, type CompletionMode, type CompletionOption } from './words.ts';

const ACTIONS: Readonly<Record<ArgumentKind, string>> = {
  file: '-r -F',
  'machine-file': `-r -k -a '(__fish_complete_suffix .json5)'`,
  address: `-r -F -a 'unix: tcp:'`,
  'command-line': '-x',
  'allow-level': `-x -a '${allowLevels.join(' ')}'`,
  shell: `-x -a '${shells.join(' ')}'`,
};

/** The completion script for fish. */
export function fishCompletion(): string {
  const modes = completionModes();
  const subcommands = modes.filter(isSubcommand);
  const names = subcommands.map((mode) => mode.name).join(' ');
  const lines = [
    '# qmon completion for fish; printed by: qmon completion fish',
    ...subcommands.map((mode) => `complete -c qmon -n 'not __fish_seen_subcommand_from ${names}' -a ${mode.name} -d ${quote(mode.doc)}`),
    ...modes.flatMap((mode) => mode.options.map((option) => optionLine(mode, option, names))),
    `complete -c qmon -n '__fish_seen_subcommand_from completion' ${ACTIONS.shell}`,
  ];
  return lines.join('\n') + '\n';
}

function optionLine(mode: CompletionMode, option: CompletionOption, names: string): string {
  const condition = isSubcommand(mode) ? `__fish_seen_subcommand_from ${mode.name}` : `not __fish_seen_subcommand_from ${names}`;
  const spellings = option.spellings.map((word) => (word.startsWith('--') ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`)).join(' ');
  const argument = option.argument ? ` ${ACTIONS[option.argument]}` : '';
  return `complete -c qmon -n '${condition}' ${spellings}${argument} -d ${quote(option.doc)}`;
}

const quote = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;
