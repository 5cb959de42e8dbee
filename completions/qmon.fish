# qmon completion for fish; printed by: qmon completion fish
# Folders, and the files with one of these endings; all files when there are none.
function __qmon_files
    set -l typed (commandline -ct | string replace -r '^--[^=]*=' '')
    set -l files (__fish_complete_path $typed | string replace -r '\t.*' '')
    set -l ending '\.('(string join '|' $argv)')$|/$'
    set -l some (string match -r -e -- $ending $files)
    if set -q some[1]
        printf '%s\n' $some
    else
        printf '%s\n' $files
    end
end
function __qmon_addresses
    set -l typed (commandline -ct | string replace -r '^--[^=]*=' '')
    set -l kind (string match -r '^unix:' -- $typed)
    test -z "$typed$kind"; and printf '%s\n' unix: tcp: ssh:
    set -l words (commandline -opc)
    string match -q -r '^(u|$)' -- $typed; and $words[1] __complete --connect "$typed" 2>/dev/null </dev/null
    for file in (__fish_complete_path (string replace -r '^unix:' '' -- $typed) | string replace -r '\t.*' '')
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
            set typed (string sub -s 2 -- $typed | string replace -a "\\'" "'")
        case '"*'
            set typed (string sub -s 2 -- $typed | string replace -a '\\"' '"')
        case '*'
            set typed (string unescape -- $typed)
    end
    $words[1] __complete $words[2..-1] "$typed" 2>/dev/null </dev/null
end
complete -c qmon -f
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -a exec -d 'run lines and print the replies; without -c the last word is a script file, - is standard input'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -a serve -d 'serve QMP to other programs, without a screen'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -a replay -d 'play a recorded session on the screen; needs no QEMU'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -a completion -d 'print the completion script for bash, zsh or fish'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -s m -l machine -x -a '(__qmon_files json5 json)' -d 'the embedded engine on the machine that FILE (JSON5) describes'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -s C -l connect -x -a '(__qmon_addresses)' -d 'a live QMP socket: unix:PATH, PATH, tcp:HOST:PORT or ssh://[USER@]HOST/PATH; without an address: lists those of running QEMUs'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -l read-only -d 'only ask: nothing that changes something is sent; as --allow observe'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -l allow -x -a 'observe operate full' -d 'observe: only ask; operate: run disks and jobs while nothing is lost; full (default): everything'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -s y -l yes -d 'do without asking what would be asked: what loses data, a device or the machine'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -l hmp-compat -d 'the human monitor prints exactly what QEMU 7.2 does'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -l plain -d 'lines of text instead of a screen: for screen readers and terminals that only print'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -l theme -x -a 'auto dark light mono' -d 'colours for a dark or light background, none, or as the terminal tells (auto)'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -l log -r -F -d 'append all traffic to FILE, secrets left out'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -s h -l help -d 'print the help'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -s V -l version -d 'print the version'
complete -c qmon -n 'not __fish_seen_subcommand_from exec serve replay completion' -a '(__qmon_files qcow2 qcow raw img iso vmdk vdi vhdx vhd vpc qed cow dmg luks parallels)'
complete -c qmon -n '__fish_seen_subcommand_from exec' -s m -l machine -x -a '(__qmon_files json5 json)' -d 'the embedded engine on the machine that FILE (JSON5) describes'
complete -c qmon -n '__fish_seen_subcommand_from exec' -s C -l connect -x -a '(__qmon_addresses)' -d 'a live QMP socket: unix:PATH, PATH, tcp:HOST:PORT or ssh://[USER@]HOST/PATH; without an address: lists those of running QEMUs'
complete -c qmon -n '__fish_seen_subcommand_from exec' -l read-only -d 'only ask: nothing that changes something is sent; as --allow observe'
complete -c qmon -n '__fish_seen_subcommand_from exec' -l allow -x -a 'observe operate full' -d 'observe: only ask; operate: run disks and jobs while nothing is lost; full (default): everything'
complete -c qmon -n '__fish_seen_subcommand_from exec' -s y -l yes -d 'do without asking what would be asked: what loses data, a device or the machine'
complete -c qmon -n '__fish_seen_subcommand_from exec' -s c -l command -x -k -a '(__qmon_lines)' -d 'run this line; may be repeated'
complete -c qmon -n '__fish_seen_subcommand_from exec' -l json -d 'print one JSON object a line'
complete -c qmon -n '__fish_seen_subcommand_from exec' -l keep-going -d 'go on after a line that failed'
complete -c qmon -n '__fish_seen_subcommand_from exec' -l hmp-compat -d 'the human monitor prints exactly what QEMU 7.2 does'
complete -c qmon -n '__fish_seen_subcommand_from exec' -l log -r -F -d 'append all traffic to FILE, secrets left out'
complete -c qmon -n '__fish_seen_subcommand_from exec' -s h -l help -d 'print the help'
complete -c qmon -n '__fish_seen_subcommand_from exec' -r -F
complete -c qmon -n '__fish_seen_subcommand_from serve' -s m -l machine -x -a '(__qmon_files json5 json)' -d 'the embedded engine on the machine that FILE (JSON5) describes'
complete -c qmon -n '__fish_seen_subcommand_from serve' -s C -l connect -x -a '(__qmon_addresses)' -d 'a live QMP socket: unix:PATH, PATH, tcp:HOST:PORT or ssh://[USER@]HOST/PATH; without an address: lists those of running QEMUs'
complete -c qmon -n '__fish_seen_subcommand_from serve' -l read-only -d 'only ask: nothing that changes something is sent; as --allow observe'
complete -c qmon -n '__fish_seen_subcommand_from serve' -l allow -x -a 'observe operate full' -d 'observe: only ask; operate: run disks and jobs while nothing is lost; full (default): everything'
complete -c qmon -n '__fish_seen_subcommand_from serve' -l qmp -x -a '(__qmon_addresses)' -d 'serve QMP at this address; may be repeated'
complete -c qmon -n '__fish_seen_subcommand_from serve' -l hmp -x -a '(__qmon_addresses)' -d 'serve the text monitor at this address'
complete -c qmon -n '__fish_seen_subcommand_from serve' -l hmp-compat -d 'the human monitor prints exactly what QEMU 7.2 does'
complete -c qmon -n '__fish_seen_subcommand_from serve' -l insecure-tcp -d 'allow a TCP address that other machines can reach'
complete -c qmon -n '__fish_seen_subcommand_from serve' -s h -l help -d 'print the help'
complete -c qmon -n '__fish_seen_subcommand_from serve' -a '(__qmon_files qcow2 qcow raw img iso vmdk vdi vhdx vhd vpc qed cow dmg luks parallels)'
complete -c qmon -n '__fish_seen_subcommand_from replay' -l theme -x -a 'auto dark light mono' -d 'colours for a dark or light background, none, or as the terminal tells (auto)'
complete -c qmon -n '__fish_seen_subcommand_from replay' -l speed -d 'play so many times as fast'
complete -c qmon -n '__fish_seen_subcommand_from replay' -s h -l help -d 'print the help'
complete -c qmon -n '__fish_seen_subcommand_from replay' -r -F
complete -c qmon -n '__fish_seen_subcommand_from completion' -s h -l help -d 'print the help'
complete -c qmon -n '__fish_seen_subcommand_from completion' -x -a 'bash zsh fish'
