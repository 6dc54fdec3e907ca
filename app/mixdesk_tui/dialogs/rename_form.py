"""The form for another name, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from mixdesk_tui.dialogs.fields import Field, FormState, Values, name_rule
from mixdesk_tui.dialogs.form import Form
from mixdesk_tui.spans import safe


def rename_form(
    kind: str, name: str, taken: Sequence[str], *follows: str, typed: str | None = None
) -> Form[str]:
    """Return the form. It says while somebody types what is wrong with a name.

    Args:
        kind: ``account`` or ``target``.
        name: Its name, as it is in the file.
        taken: Names of its kind that there are.
        follows: What else changes with it: sentences.
        typed: What stands in the field at first, instead of the name.
    """
    shown = safe(name)
    article = "an" if kind == "account" else "a"
    field = Field(
        "name",
        "new name",
        "Letters, digits, _ and -, at most 64",
        check=name_rule(f"{article} {kind}", taken, shown),
    )
    state = FormState((field,), Values({"name": typed or shown}), frozenset({"name"}))
    texts = [(text, "muted") for text in follows]

    def make(values: Values) -> str:
        return name if values["name"] == shown else values["name"]

    return Form(f"Rename {kind} {shown}", state, make, lambda _: texts)
