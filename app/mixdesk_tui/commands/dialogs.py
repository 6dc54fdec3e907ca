"""What dialogs offer."""

from __future__ import annotations

from mixdesk_tui.commands.base import Command, bindings
from mixdesk_tui.commands.frame import Commands, GiveMouse, Help, TakeMouse


class Dialogs(Command):
    """Heading of the commands of dialogs."""

    section = "Dialogs"
    label = ""
    tip = ""
    in_palette = False
    is_view = True


class Cancel(Dialogs):
    """Nothing happens."""

    key = "escape"
    label = "cancel"
    tip = "Close the dialog; nothing is changed"
    at_right = True


class Close(Dialogs):
    """It was only to be read."""

    key = "escape,enter,q"
    label = "close"
    tip = "Close the dialog"
    at_right = True


class CopyLine(Dialogs):
    """To be typed somewhere else."""

    key = "y"
    label = "copy"
    tip = "Copy the line that does it"


class ShowDetails(Dialogs):
    """For those who want to know."""

    key = "d"
    label = "details"
    tip = "Show or hide what a report of this error needs: its code, and where it happened"


class CopyError(Dialogs):
    """For a report."""

    key = "y"
    label = "copy"
    tip = "Copy the error with its details"


class Save(Dialogs):
    """Take what was typed."""

    key = "enter"
    label = "save"
    tip = "Save what the form says"
    scope = "screen."


class NextField(Dialogs):
    """One field down."""

    key = "tab,down"
    label = "next field"
    tip = "To the next field"


class PreviousField(Dialogs):
    """One field up."""

    key = "shift+tab,up"
    label = "previous field"
    tip = "To the previous field"
    in_footer = False


class AnswerYes(Dialogs):
    """Do it."""

    key = "y"
    label = "yes"
    tip = "Do it"


class AnswerNo(Dialogs):
    """Do not."""

    key = "n,escape"
    label = "no"
    tip = "Leave everything as it is"


class TakeTargets(Dialogs):
    """All of it."""

    key = "t"
    label = "targets too"
    tip = "Remove its targets too, or leave them"


class LogOutFirst(Dialogs):
    """In good order."""

    key = "l"
    label = "log out first"
    tip = "Tell Mixpanel first, or leave the login good there"


class CopyMarked(Dialogs):
    """This one."""

    key = "enter,y"
    label = "copy"
    tip = "Copy what the marked line says"


class CopyMore(Dialogs):
    """Elsewhere."""

    key = "y"
    label = "copy"
    tip = "Choose what to copy"


class CloseDetails(Dialogs):
    """It was only to be read."""

    key = "escape,enter,q,i"
    label = "close"
    tip = "Close the details"


class Proceed(Dialogs):
    """The name is typed."""

    key = "enter"
    label = "go on"
    tip = "Go on, once the name is typed"
    scope = "screen."


class ChooseNext(Dialogs):
    """The next choice."""

    key = "right,space"
    label = "change"
    tip = "The next choice"


class ChoosePrevious(Dialogs):
    """The choice before."""

    key = "left"
    label = "back"
    tip = "The choice before"
    in_footer = False


DIALOG = bindings(Help, Commands, GiveMouse, TakeMouse)
READING = bindings(Close)
READING_AN_ERROR = bindings(ShowDetails, CopyError, Close)
READING_AND_COPYING = bindings(CopyLine, Close)
FORM = bindings(Save, NextField, PreviousField, Cancel)
QUESTION = bindings(AnswerYes, AnswerNo)
REMOVAL = bindings(AnswerYes, TakeTargets, LogOutFirst, AnswerNo)
CHOOSING = bindings(CopyMarked, Cancel)
DETAILS = bindings(CopyMore, CloseDetails)
TYPING = bindings(Proceed, Cancel)
SAVING = bindings(Save)
PROCEEDING = bindings(Proceed)
CHOICE = bindings(ChooseNext, ChoosePrevious)
