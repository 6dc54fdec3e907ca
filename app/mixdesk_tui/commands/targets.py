"""What Targets offers."""

from __future__ import annotations

from mixdesk_tui.commands.base import Command, bindings


class Targets(Command):
    """Heading of the commands of Targets."""

    section = "Targets"
    label = ""
    tip = ""


class UseTarget(Targets):
    """Go there."""

    key = "enter"
    label = "use"
    tip = "Make the account, project and workspace of the highlighted target current"
    twin = "mp target use NAME"


class AddTarget(Targets):
    """Save where you are."""

    key = "a"
    label = "add"
    tip = "Save a target, filled in with where you are now"
    twin = "mp target add NAME"


class EditTarget(Targets):
    """Another name or place."""

    key = "e"
    label = "edit"
    tip = "Change the highlighted target"
    twin = "mp target update NAME"


class RemoveTarget(Targets):
    """Away with it, after a question."""

    key = "d,delete"
    label = "remove"
    tip = "Remove the highlighted target, after a question"
    twin = "mp target remove NAME"


class RenameTarget(Targets):
    """Called otherwise."""

    key = "R"
    label = "rename"
    tip = "Give the highlighted target another name; its protection follows"
    twin = "mp target rename NAME NEW_NAME"


class ProtectTarget(Targets):
    """Not by mistake."""

    key = "p"
    label = "protect"
    tip = "Protect the highlighted target, so that using it asks for its name; or not any more"
    twin = "mp target update NAME --protect"


class CopyTarget(Targets):
    """To be pasted elsewhere."""

    key = "y"
    label = "copy"
    tip = "Copy the highlighted target's name, project, workspace or commands"
    is_view = True


class InspectTarget(Targets):
    """All that is known of it."""

    key = "i"
    label = "details"
    tip = "Show all that is known of the highlighted target"
    is_view = True
    twin = "mp target show NAME"


class OpenTarget(Targets):
    """With one's own eyes."""

    key = "o"
    label = "open"
    tip = "Open the highlighted target's project in the browser"
    twin = "mp open -t NAME"


TARGETS = bindings(
    UseTarget,
    AddTarget,
    EditTarget,
    RemoveTarget,
    RenameTarget,
    ProtectTarget,
    CopyTarget,
    InspectTarget,
    OpenTarget,
)
