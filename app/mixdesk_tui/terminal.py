"""The terminal as it was found, and as it should have been."""

from __future__ import annotations

import termios

_INPUT = termios.ICRNL | termios.IXON
_LOCAL = termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG


def mend(descriptor: int) -> bool:
    """Undo what a full-screen program left behind that was killed before it could.

    The app puts the terminal back to how it found it. What was killed with a signal that nobody can
    catch left it without echo and lines, and the app would put it back to that.

    Args:
        descriptor: The terminal.

    Returns:
        Whether there was anything to mend.
    """
    try:
        mode = termios.tcgetattr(descriptor)
        if mode[3] & termios.ICANON or mode[3] & termios.ECHO:
            return False
        mode[0] |= _INPUT
        mode[1] |= termios.OPOST
        mode[3] |= _LOCAL
        termios.tcsetattr(descriptor, termios.TCSANOW, mode)
    except termios.error:
        return False
    return True
