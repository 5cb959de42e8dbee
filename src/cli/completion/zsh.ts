import { allowLevels } from '../../shell/safety/allow-level.ts';
import { shells, type ArgumentKind } from '../options.ts';
import { completionModes, isSubcommand, type CompletionMode, type CompletionOption } from './words.ts';

const ACTIONS: Readonly<Record<ArgumentKind, string>> = {
  file: '_files',
  'machine-file': '_files -g "*.json5(-.)"',
  address: '_qmon_address',
  'command-line': ' ',
  'allow-level': `(${allowLevels.join(' ')})`,
  shell: `(${shells.join(' ')})`,
};

/** The completion script for zsh. */
export function zshCompletion(): string {
  const modes = completionModes();
  const subcommands = modes.filter(isSubcommand);
  return `#compdef qmon
# qmon completion for zsh; printed by: qmon completion zsh
_qmon_address() {
  compset -P 'unix:' && { _files; return }
  _alternative 'kind:kind of address:compadd -S "" unix\\: tcp\\:' 'sockets:socket:_files'
}
_qmon() {
  local mode=monitor word
  for word in \${words[2,CURRENT-1]}; do
    case $word in ${subcommands.map((mode) => mode.name).join('|')}) mode=$word; break ;; esac
  done
  case $mode in
${modes.map(modeCase).join('\n')}
  esac
}
_qmon_modes() {
  local -a modes=(${subcommands.map((mode) => quote(`${mode.name}:${mode.doc}`)).join(' ')})
  _alternative 'images:image:_files' 'modes:mode:{ _describe mode modes }'
}
if [[ $funcstack[1] == _qmon ]]; then _qmon "$@"; else compdef _qmon qmon; fi
`;
}

function modeCase(mode: CompletionMode): string {
  const words = mode.options.flatMap(optionWords);
  const rest = mode.name === 'monitor' ? "'*:image:_qmon_modes'" : `'*:argument:${ACTIONS[mode.completes]}'`;
  return `    ${mode.name})
      _arguments -s \\
        ${[...words, rest].join(' \\\n        ')} ;;`;
}

function optionWords(option: CompletionOption): string[] {
  const doc = option.doc.replace(/[[\]:]/g, '\\$&');
  const argument = option.argument ? `:${option.argument}:${ACTIONS[option.argument]}` : '';
  return option.spellings.map((spelling) => {
    const exclusive = option.repeats ? '*' : `(${option.spellings.join(' ')})`;
    return quote(`${exclusive}${spelling}[${doc}]${argument}`);
  });
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
