"""Whose the mouse is: the app's, or the terminal's, which selects text with it."""

from __future__ import annotations

from textual.driver import Driver


def own_mouse(driver: Driver | None, *, is_ours: bool) -> None:
    """Ask the terminal to tell us of the mouse, or not to.

    Textual decides this once, before it starts. Its own methods are used, so that whatever it does
    later (stop, come back, end) goes by what was decided last.

    Args:
        driver: What speaks to the terminal; one that is no terminal has no mouse.
        is_ours: Whether the app wants to be told.
    """
    from textual.drivers.linux_driver import LinuxDriver

    if not isinstance(driver, LinuxDriver):
        return
    if not is_ours:
        driver._disable_mouse_support()
        driver._mouse = False
        return
    driver._mouse = True
    driver._enable_mouse_support()
    if driver._mouse_pixels:
        driver._enable_mouse_pixels()
