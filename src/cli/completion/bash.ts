import type { ArgumentKind } from '../options.ts';
import { completeWord, completionModes, imageEndings, isSubcommand, machineEndings, type CompletionMode } from './words.ts';

/** What bash runs to complete an argument of each kind. */
function action(kind: ArgumentKind, choices: readonly string[] = []): string {
  switch (kind) {
    case 'file': return '_qmon_files';
    case 'image': return `_qmon_files ${imageEndings.join(' ')}`;
    case 'machine-file': return `_qmon_files ${machineEndings.join(' ')}`;
    case 'address': return '_qmon_address';
    case 'command-line': return '_qmon_line';
    case 'choice': return `_qmon_offer ${choices.join(' ')}`;
  }
}

/** What the script needs besides the table of modes; `cur` is the whole word at the cursor, as it is typed. */
const functions = String.raw`# bash cuts words at ':' and '=' as well; here they are whole again, up to the cursor.
_qmon_whole_words() {
  local rest=\${COMP_LINE:0:COMP_POINT} part
  words=()
  for part in "\${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    if [[ \${#words[@]} == 0 || $rest == [[:space:]]* ]]; then
      rest=\${rest#"\${rest%%[![:space:]]*}"}
      words[\${#words[@]}]=
    fi
    part=\${rest:0:\${#part}}
    words[\${#words[@]}-1]+=$part
    rest=\${rest:\${#part}}
  done
}
# Adds what begins with the current word, less what stands before the part of it that bash replaces.
_qmon_offer() {
  local word done=
  [[ $cur == *[:=]* ]] && done=\${cur%"\${cur##*[:=]}"}
  for word in "$@"; do
    [[ $word == "$cur"* ]] && COMPREPLY[\${#COMPREPLY[@]}]=\${word#"$done"}
  done
}
# Folders, and the files with one of these endings; all files when there are none.
_qmon_files() {
  local typed=\${cur##*[:=]} name ending
  typed=\${typed#[\"\']}
  compopt -o filenames 2>/dev/null
  local -a all=() some=()
  while IFS= read -r name; do
    all[\${#all[@]}]=$name
    if [[ -d $name ]]; then some[\${#some[@]}]=$name; continue; fi
    for ending in "$@"; do [[ $name == *.$ending ]] && some[\${#some[@]}]=$name; done
  done < <(compgen -f -- "$typed")
  if [[ \${#some[@]} -gt 0 && $# -gt 0 ]]; then COMPREPLY=("\${some[@]}"); else COMPREPLY=("\${all[@]}"); fi
}
_qmon_address() {
  compopt -o nospace 2>/dev/null
  case $cur in
    tcp:*|ssh:*) return ;;
    unix:*|*/*) ;;
    *) _qmon_offer unix: tcp: ssh: ;;
  esac
  local program=\${words[0]/#\~/$HOME} typed=\${cur#unix:} name
  [[ $cur == '' || $cur == u* ]] && while IFS=$'\t' read -r name _; do printf -v name %q "$name"; _qmon_offer "$name"; done \
    < <("$program" ${completeWord} --connect "$cur" 2>/dev/null </dev/null)
  while IFS= read -r name; do
    if [[ -S $name ]]; then COMPREPLY[\${#COMPREPLY[@]}]=$name
    elif [[ -d $name ]]; then COMPREPLY[\${#COMPREPLY[@]}]=$name/; fi
  done < <(compgen -f -- "$typed")
}
# A monitor line is one word of the shell, quoted as it was begun.
_qmon_line() {
  compopt -o nospace 2>/dev/null
  local quote= typed=$cur line tick=$'\x60'
  case $cur in
    \'*) quote=\'; typed=\${cur:1} ;;
    \"*) quote=\"; typed=\${cur:1}; typed=\${typed//\\\"/\"} ;;
    *) typed=\${cur//\\/} ;;
  esac
  local -a before=("\${words[@]:1:\${#words[@]}-2}")
  before=("\${before[@]//[\'\"\\]/}")
  local program=\${words[0]/#\~/$HOME} done=
  [[ $quote == '' && $cur == *[:=]* ]] && done=\${cur%"\${cur##*[:=]}"}
  while IFS=$'\t' read -r line _; do
    case $quote in
      \') [[ $line == *\'* ]] && continue ;;
      \") line=\${line//\\/\\\\}; line=\${line//\"/\\\"}; line=\${line//\$/\\\$}; line=\${line//$tick/\\$tick} ;;
      *) printf -v line %q "$line"; line=\${line#"$done"} ;;
    esac
    COMPREPLY[\${#COMPREPLY[@]}]=$line
  done < <("$program" ${completeWord} "\${before[@]}" "$typed" 2>/dev/null </dev/null)
}`.replaceAll('\\${', '${');

/** The completion script for bash. */
export function bashCompletion(): string {
  const modes = completionModes();
  const subcommands = modes.filter(isSubcommand).map((mode) => mode.name);
  return `# qmon completion for bash; printed by: qmon completion bash
${functions}
_qmon() {
  local -a words
  local cur prev mode=monitor word IFS=$' \\t\\n'
  _qmon_whole_words
  cur=\${words[\${#words[@]}-1]} prev=
  [[ \${#words[@]} -gt 1 ]] && prev=\${words[\${#words[@]}-2]}
  COMPREPLY=()
  for word in "\${words[@]:1:\${#words[@]}-2}"; do
    case $word in ${subcommands.join('|')}) mode=$word; break ;; esac
  done
  # '--option=value' is '--option value'.
  if [[ $cur == --*=* ]]; then prev=\${cur%%=*} cur=\${cur#*=}; fi
  case $mode in
${modes.map(modeCase).join('\n')}
  esac
  if [[ $mode == monitor ]]; then _qmon_offer ${subcommands.join(' ')}; fi
}
complete -F _qmon qmon
`;
}

function modeCase(mode: CompletionMode): string {
  const withArgument = mode.options.filter((option) => option.argument);
  const words = mode.options.flatMap((option) => option.spellings).join(' ');
  return `    ${mode.name})
      case $prev in
${withArgument.map((option) => `        ${option.spellings.join('|')}) ${action(option.argument!, option.choices)}; return ;;`).join('\n')}
      esac
      case $cur in
        -*) _qmon_offer ${words}; return ;;
        *) ${action(mode.completes, mode.choices)} ;;
      esac ;;`.replace(/case \$prev in\n\n/, 'case $prev in\n');
}
