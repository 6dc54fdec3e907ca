# Completion of mp and mixdesk for bash. Put this into ~/.bashrc:
#   eval "$(mp completion bash)"

_mixdesk() {
    local line kind program="${1/#\~/$HOME}"
    type -P -- "$program" >/dev/null || program=mp
    COMPREPLY=()
    while IFS= read -r line; do
        case "$line" in
            $'\t'*) kind=${line#$'\t'} ;;
            *) COMPREPLY+=("$line") ;;
        esac
    done < <("$program" completion bash --answer -- "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
    case "${kind:-}" in
        file) kind=-f ;;
        dir) kind=-d ;;
        command) kind=-c ;;
        *) return ;;
    esac
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$kind" -- "$2")
    if [[ $kind != -c ]] && type compopt >/dev/null 2>&1; then compopt -o filenames; fi
}

complete -F _mixdesk mp mixdesk
