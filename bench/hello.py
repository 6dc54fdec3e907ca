"""The least that a Textual app with a header and a footer can be; one key changes the title."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header


class Hello(App[None]):
    TITLE = "hello"
    BINDINGS = [("x", "answer", "Answer"), ("q", "quit", "Quit")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        yield Header()
        yield Footer()

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def action_answer(self) -> None:
        self.times += 1
        self.title = f"answered {self.times}"


if __name__ == "__main__":
    Hello().run()
