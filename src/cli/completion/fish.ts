import type { ArgumentKind } from '../options.ts';
import { completeWord, completionModes, imageEndings, isSubcommand, machineEndings, type CompletionMode, type CompletionOption } from './words.ts';

/** How fish completes an argument of each kind. */
function action(kind: ArgumentKind, choices: readonly string[] = []): string {
  switch (kind) {
    case 'file': return '-r -F';
    case 'image': return `-a '(__qmon_files ${imageEndings.join(' ')})'`;
    case 'machine-file': return `-x -a '(__qmon_files ${machineEndings.join(' ')})'`;
    case 'address': return `-x -a '(__qmon_addresses)'`;
    case 'command-line': return `-x -k -a '(__qmon_lines)'`;
    case 'choice': return `-x -a '${choices.join(' ')}'`;
  }
}

const functions = `# Folders, and the files with one of these endings; all files when there are none.
function __qmon_files
    set -l typed (commandline -ct | string replace -r '^--[^=]*=' '')
    set -l files (__fish_complete_path $typed | string replace -r '\\t.*' '')
    set -l ending '\\.('(string join '|' $argv)')$|/$'
    set -l some (string match -r -e -- $ending $files)
    if set -q some[1]
        printf '%s\\n' $some
    else
        printf '%s\\n' $files
    end
end
function __qmon_addresses
    set -l typed (commandline -ct | string replace -r '^--[^=]*=' '')
    set -l kind (string match -r '^unix:' -- $typed)
    test -z "$typed$kind"; and printf '%s\\n' unix: tcp: ssh:
    set -l words (commandline -opc)
    string match -q -r '^(u|$)' -- $typed; and $words[1] ${completeWord} --connect "$typed" 2>/dev/null </dev/null
    for file in (__fish_complete_path (string replace -r '^unix:' '' -- $typed) | string replace -r '\\t.*' '')
        if test -S $file; or test -d $file
            echo "$kind$file"
        end
    end
end
# A monitor line is one word of the shell; fish quotes what is put in as the word was begun.
function __qmon_lines
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    switch $typed
        case "'*"
            set typed (string sub -s 2 -- $typed | string replace -a "\\\\'" "'")
        case '"*'
            set typed (string sub -s 2 -- $typed | string replace -a '\\\\"' '"')
        case '*'
            set typed (string unescape -- $typed)
    end
    $words[1] ${completeWord} $words[2..-1] "$typed" 2>/dev/null </dev/null
end`;

/** The completion script for fish. */
export function fishCompletion(): string {
  const modes = completionModes();
  const subcommands = modes.filter(isSubcommand);
  const names = subcommands.map((mode) => mode.name).join(' ');
  const lines = [
    '# qmon completion for fish; printed by: qmon completion fish',
    functions,
    'complete -c qmon -f',
    ...subcommands.map((mode) => `complete -c qmon -n 'not __fish_seen_subcommand_from ${names}' -a ${mode.name} -d ${quote(mode.doc)}`),
    ...modes.flatMap((mode) => [
      ...mode.options.map((option) => optionLine(mode, option, names)),
      `complete -c qmon -n '${conditionOf(mode, names)}' ${action(mode.completes, mode.choices)}`,
    ]),
  ];
  return lines.join('\n') + '\n';
}

function optionLine(mode: CompletionMode, option: CompletionOption, names: string): string {
  const spellings = option.spellings.map((word) => (word.startsWith('--') ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`)).join(' ');
  const argument = option.argument ? ` ${action(option.argument, option.choices)}` : '';
  return `complete -c qmon -n '${conditionOf(mode, names)}' ${spellings}${argument} -d ${quote(option.doc)}`;
}

function conditionOf(mode: CompletionMode, names: string): string {
  return isSubcommand(mode) ? `__fish_seen_subcommand_from ${mode.name}` : `not __fish_seen_subcommand_from ${names}`;
}

const quote = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;
