# qmon completion for bash; printed by: qmon completion bash
_qmon() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} mode=monitor word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in exec|serve|replay|completion) mode=$word; break ;; esac
  done
  case $mode in
    monitor)
      case $prev in
        -m|--machine) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -X "!*.json5" -- "$cur") $(compgen -d -- "$cur")); return ;;
        -C|--connect) compopt -o nospace 2>/dev/null; COMPREPLY=($(compgen -W "unix: tcp:" -- "$cur") $(compgen -f -- "${cur#unix:}")); return ;;
        --allow) COMPREPLY=($(compgen -W "observe operate full" -- "$cur")); return ;;
        --log) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
      esac
      case $cur in
        -*) COMPREPLY=($(compgen -W "-m --machine -C --connect --read-only --allow -y --yes --hmp-compat --plain --log -h --help -V --version" -- "$cur")); return ;;
        *) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
      esac ;;
    exec)
      case $prev in
        -m|--machine) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -X "!*.json5" -- "$cur") $(compgen -d -- "$cur")); return ;;
        -C|--connect) compopt -o nospace 2>/dev/null; COMPREPLY=($(compgen -W "unix: tcp:" -- "$cur") $(compgen -f -- "${cur#unix:}")); return ;;
        --allow) COMPREPLY=($(compgen -W "observe operate full" -- "$cur")); return ;;
        -c|--command) COMPREPLY=(); return ;;
        --log) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
      esac
      case $cur in
        -*) COMPREPLY=($(compgen -W "-m --machine -C --connect --read-only --allow -y --yes -c --command --json --keep-going --hmp-compat --log -h --help" -- "$cur")); return ;;
        *) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
      esac ;;
    serve)
      case $prev in
        -m|--machine) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -X "!*.json5" -- "$cur") $(compgen -d -- "$cur")); return ;;
        -C|--connect) compopt -o nospace 2>/dev/null; COMPREPLY=($(compgen -W "unix: tcp:" -- "$cur") $(compgen -f -- "${cur#unix:}")); return ;;
        --allow) COMPREPLY=($(compgen -W "observe operate full" -- "$cur")); return ;;
        --qmp) compopt -o nospace 2>/dev/null; COMPREPLY=($(compgen -W "unix: tcp:" -- "$cur") $(compgen -f -- "${cur#unix:}")); return ;;
        --hmp) compopt -o nospace 2>/dev/null; COMPREPLY=($(compgen -W "unix: tcp:" -- "$cur") $(compgen -f -- "${cur#unix:}")); return ;;
      esac
      case $cur in
        -*) COMPREPLY=($(compgen -W "-m --machine -C --connect --read-only --allow --qmp --hmp --hmp-compat --insecure-tcp -h --help" -- "$cur")); return ;;
        *) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
      esac ;;
    replay)
      case $prev in
      esac
      case $cur in
        -*) COMPREPLY=($(compgen -W "--speed -h --help" -- "$cur")); return ;;
        *) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
      esac ;;
    completion)
      case $prev in
      esac
      case $cur in
        -*) COMPREPLY=($(compgen -W "-h --help" -- "$cur")); return ;;
        *) COMPREPLY=($(compgen -W "bash zsh fish" -- "$cur")) ;;
      esac ;;
  esac
  if [[ $mode == monitor ]]; then COMPREPLY+=($(compgen -W "exec serve replay completion" -- "$cur")); fi
}
complete -F _qmon qmon
