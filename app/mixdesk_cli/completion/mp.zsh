#compdef mp mixdesk
# Completion of mp and mixdesk for zsh. Put this into ~/.zshrc:
#   eval "$(mp completion zsh)"

_mixdesk() {
    local line kind program="${(Q)words[1]/#\~/$HOME}"
    local -a items
    (( $+commands[$program] )) || [[ -x $program ]] || program=mp
    while IFS= read -r line; do
        case "$line" in
            $'\t'*) kind="${line#$'\t'}" ;;
            *) items+=("$line") ;;
        esac
    done < <("$program" completion zsh --answer -- "${(Q)PREFIX}" "${(@Q)words[2,CURRENT-1]}" 2>/dev/null)
    case "$kind" in
        file) _files ;;
        dir) _files -/ ;;
        command) _command_names -e ;;
        *) (( $#items )) && _describe -t values value items ;;
    esac
}

if (( $+compstate )); then  # a file in $fpath: this is a completion already
    _mixdesk "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
    compdef _mixdesk mp mixdesk
fi
