"""What draws on the terminal."""

from __future__ import annotations

import io
import threading

from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread

from mixdesk_tui.driver import Lasting, TerminalDriver
from tests.app.fakes import FakeDesk


class Gone(io.StringIO):
    """A terminal that was closed."""

    def write(self, text: str) -> int:
        raise OSError

    def flush(self) -> None:
        raise OSError


def test_nobody_waits_for_what_is_written_to_a_terminal_that_is_gone() -> None:
    writer = WriterThread(Lasting(Gone()))  # type: ignore[arg-type]
    writer.start()

    def write() -> None:
        for _ in range(2 * MAX_QUEUED_WRITES):
            writer.write("a frame")
        writer.stop()

    work = threading.Thread(target=write, daemon=True)
    work.start()
    work.join(20)
    assert not work.is_alive()


def test_the_app_draws_with_it(desk: FakeDesk) -> None:
    assert desk.app().get_driver_class() is TerminalDriver
