# Completion of mp and mixdesk for fish. Put this into ~/.config/fish/config.fish:
#   mp completion fish | source

function __mixdesk
    set -l words (commandline -opc)
    set -l program $words[1]
    type -q -- $program; or set program mp
    for line in ($program completion fish --answer -- (commandline -ct) $words[2..-1] 2>/dev/null)
        switch $line
            case \tfile \tdir
                __fish_complete_path (commandline -ct)
            case \tcommand
                __fish_complete_command
            case '*'
                printf '%s\n' $line
        end
    end
end

for program in mp mixdesk
    complete --command $program --no-files --arguments '(__mixdesk)'
end
