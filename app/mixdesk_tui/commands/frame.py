"""What works on every screen."""

from __future__ import annotations

from mixdesk_tui.commands.base import Command, bindings


class Everywhere(Command):
    """Heading of the commands of the frame."""

    section = "Everywhere"
    label = ""
    tip = ""
    is_view = True


class ShowStatus(Everywhere):
    """The first screen."""

    key = "1"
    label = "Status"
    tip = "Who you are, why, for how long, and what is wrong"
    in_footer = False


class ShowAccounts(Everywhere):
    """The second screen."""

    key = "2"
    label = "Accounts"
    tip = "All accounts: use, add, edit, remove"
    in_footer = False


class ShowTargets(Everywhere):
    """The third screen."""

    key = "3"
    label = "Targets"
    tip = "Saved places: an account, a project, perhaps a workspace"
    in_footer = False


class ShowProjects(Everywhere):
    """The fourth screen."""

    key = "4"
    label = "Projects"
    tip = "Every project the account sees: find one, choose it and a workspace"
    in_footer = False


class Undo(Everywhere):
    """As if it had not been."""

    key = "u"
    label = "undo"
    tip = "Undo the last change that was made here; again, the one before"
    scope = "app."


class Refresh(Everywhere):
    """Look at the files again."""

    key = "r"
    label = "refresh"
    tip = "Read the files again now (they are watched anyway)"


class SavePlace(Everywhere):
    """Back here with one key, later."""

    key = "s"
    label = "save here"
    tip = "Save who and where you are now as a target; its name is proposed"
    is_view = False
    twin = "mp target add NAME"


class ChangeTheme(Everywhere):
    """The next of three themes."""

    key = "ctrl+t"
    label = "theme"
    tip = "Change between dark, light and the terminal's own colours"
    in_footer = False


class GiveMouse(Everywhere):
    """To the terminal, which selects text with it."""

    key = "ctrl+g"
    label = "give the mouse away"
    tip = "Leave the mouse to the terminal, to select text with it"
    scope = "app."
    in_footer = False


class TakeMouse(Everywhere):
    """Back again."""

    key = "ctrl+g"
    label = "mouse"
    tip = "Take the mouse back from the terminal: clicks work again"
    scope = "app."
    at_right = True


class Help(Everywhere):
    """All keys."""

    key = "question_mark,f1"
    label = "help"
    tip = "Every key that works here"
    at_right = True


class Commands(Everywhere):
    """The palette."""

    key = "ctrl+p,colon"
    label = "commands"
    tip = "Find a command by typing"
    at_right = True
    in_palette = False


class Leave(Everywhere):
    """Good-bye."""

    key = "q"
    label = "quit"
    tip = "Leave mixdesk"


TABS: tuple[type[Everywhere], ...] = (ShowStatus, ShowAccounts, ShowTargets, ShowProjects)
"""The screens, in the order of their keys."""

_OTHERS = (Undo, Refresh, SavePlace, ChangeTheme, GiveMouse, TakeMouse, Leave, Help, Commands)
FRAME = bindings(*TABS, *_OTHERS)
