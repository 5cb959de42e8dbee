import type { ArgumentKind } from '../options.ts';
import { completeWord, completionModes, imageEndings, isSubcommand, machineEndings, type CompletionMode, type CompletionOption } from './words.ts';

/** What zsh runs to complete an argument of each kind. */
function action(kind: ArgumentKind, choices: readonly string[] = []): string {
  switch (kind) {
    case 'file': return '_files';
    // Where nothing matches, zsh itself goes on with all files.
    case 'image': return `_files -g "*.(${imageEndings.join('|')})(-.)"`;
    case 'machine-file': return `_files -g "*.(${machineEndings.join('|')})(-.)"`;
    case 'address': return '_qmon_address';
    case 'command-line': return '_qmon_line';
    case 'choice': return `(${choices.join(' ')})`;
  }
}

const functions = `_qmon_address() {
  [[ $PREFIX == (tcp|ssh):* ]] && return 1
  local line
  local -a running
  while IFS=$'\\t' read -r line _; do running+=("$line"); done < <("\${(Q)words[1]/#\\~/$HOME}" ${completeWord} --connect "$PREFIX" 2>/dev/null </dev/null)
  (( $#running )) && compadd -- "\${running[@]}"
  compset -P 'unix:' && { _files -g '*(=)'; return }
  _alternative 'sockets:socket:_files -g "*(=)"' 'kind:kind of address:compadd -S "" unix\\: tcp\\: ssh\\:'
}
# A monitor line is one word of the shell; zsh quotes what is put in as the word was begun.
_qmon_line() {
  local line detail
  local -a lines details before=("\${(@Q)words[2,CURRENT-1]}")
  while IFS=$'\\t' read -r line detail; do
    lines+=("$line")
    details+=("\${line}\${detail:+  -- $detail}")
  done < <("\${(Q)words[1]/#\\~/$HOME}" ${completeWord} "\${before[@]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)
  (( $#lines )) && compadd -U -l -S '' -d details -- "\${lines[@]}"
}`;

/** The completion script for zsh. */
export function zshCompletion(): string {
  const modes = completionModes();
  const subcommands = modes.filter(isSubcommand);
  return `#compdef qmon
# qmon completion for zsh; printed by: qmon completion zsh
${functions}
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
  _alternative 'modes:mode:{ _describe mode modes }' ${quote(`images:image:${action('image')}`)}
}
if [[ $funcstack[1] == _qmon ]]; then _qmon "$@"; else compdef _qmon qmon; fi
`;
}

function modeCase(mode: CompletionMode): string {
  const words = mode.options.flatMap(optionWords);
  const rest = mode.name === 'monitor' ? "'*:image:_qmon_modes'" : quote(`*:argument:${action(mode.completes, mode.choices)}`);
  return `    ${mode.name})
      _arguments -s \\
        ${[...words, rest].join(' \\\n        ')} ;;`;
}

function optionWords(option: CompletionOption): string[] {
  const doc = option.doc.replace(/[[\]:]/g, '\\$&');
  const argument = option.argument ? `:${option.argument}:${action(option.argument, option.choices)}` : '';
  return option.spellings.map((spelling) => {
    const exclusive = option.repeats ? '*' : `(${option.spellings.join(' ')})`;
    // '--option value' and '--option=value'
    const name = option.argument && spelling.startsWith('--') ? `${spelling}=` : spelling;
    return quote(`${exclusive}${name}[${doc}]${argument}`);
  });
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
