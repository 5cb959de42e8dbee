import { allowLevels } from '../../shell/safety/allow-level.ts';
import { shells, type ArgumentKind } from '../options.ts';
import { completionModes, isSubcommand, type CompletionMode } from './words.ts';

const FILES = 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur"))';

/** What bash runs to complete an argument of each kind. */
const ACTIONS: Readonly<Record<ArgumentKind, string>> = {
  file: FILES,
  'machine-file': 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -X "!*.json5" -- "$cur") $(compgen -d -- "$cur"))',
  address: 'compopt -o nospace 2>/dev/null; COMPREPLY=($(compgen -W "unix: tcp:" -- "$cur") $(compgen -f -- "${cur#unix:}"))',
  'command-line': 'COMPREPLY=()',
  'allow-level': `COMPREPLY=($(compgen -W "${allowLevels.join(' ')}" -- "$cur"))`,
  shell: `COMPREPLY=($(compgen -W "${shells.join(' ')}" -- "$cur"))`,
};

/** The completion script for bash. */
export function bashCompletion(): string {
  const modes = completionModes();
  const subcommands = modes.filter(isSubcommand).map((mode) => mode.name);
  return `# qmon completion for bash; printed by: qmon completion bash
_qmon() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} mode=monitor word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${subcommands.join('|')}) mode=$word; break ;; esac
  done
  case $mode in
${modes.map(modeCase).join('\n')}
  esac
  if [[ $mode == monitor ]]; then COMPREPLY+=($(compgen -W "${subcommands.join(' ')}" -- "$cur")); fi
}
complete -F _qmon qmon
`;
}

function modeCase(mode: CompletionMode): string {
  const withArgument = mode.options.filter((option) => option.argument);
  const words = mode.options.flatMap((option) => option.spellings).join(' ');
  return `    ${mode.name})
      case $prev in
${withArgument.map((option) => `        ${option.spellings.join('|')}) ${ACTIONS[option.argument!]}; return ;;`).join('\n')}
      esac
      case $cur in
        -*) COMPREPLY=($(compgen -W "${words}" -- "$cur")); return ;;
        *) ${ACTIONS[mode.completes]} ;;
      esac ;;`.replace(/case \$prev in\n\n/, 'case $prev in\n');
}
