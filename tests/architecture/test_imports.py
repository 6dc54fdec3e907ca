"""What a start loads, seen in fresh interpreters, and the floors that import-linter keeps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CONFIG = """\
[active]
account = "team"

[accounts.team]
type = "service_account"
region = "us"
default_project = "3713224"
username = "team.x.mp-service-account"
secret = "not-a-real-secret"

[targets.ecom]
account = "team"
project = "3018488"
"""

# Run in the fresh interpreter: the statement, then the names of what is loaded, in a file.
REPORTING = """\
import sys
code = 0
try:
    {statement}
except SystemExit as stop:
    code = stop.code
with open(sys.argv[1], "w", encoding="utf-8") as report:
    report.write("\\n".join({{name.partition(".")[0] for name in sys.modules}}))
sys.exit(code)
"""


def packages_loaded_by(statement: str, report: Path) -> set[str]:
    """Run a statement in a new interpreter and say which top-level packages it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", REPORTING.format(statement=statement), str(report)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(report.read_text(encoding="utf-8").split())


@pytest.fixture
def configured(home: Path) -> Path:
    """A home with one account and one target."""
    storage = home / ".mp"
    storage.mkdir(mode=0o700)
    config = storage / "config.toml"
    config.touch(mode=0o600)
    config.write_text(CONFIG, encoding="utf-8")
    return home


def test_importing_the_library_loads_no_heavy_package(tmp_path: Path) -> None:
    loaded = packages_loaded_by("import mixdesk", tmp_path / "report")
    assert "mixdesk" in loaded
    assert not loaded & {"textual", "rich", "httpx", "tomlkit", "click", "pydantic"}


@pytest.mark.parametrize(
    "line",
    ["session", "account list", "account show team", "target list", "target show ecom"],
)
@pytest.mark.usefixtures("configured")
def test_a_reading_verb_loads_no_heavy_package(line: str, tmp_path: Path) -> None:
    statement = f"from mixdesk_cli.main import run; code = run({line.split()!r})"
    loaded = packages_loaded_by(statement, tmp_path / "report")
    assert {"mixdesk", "mixdesk_cli"} <= loaded
    assert not loaded & {"textual", "rich", "httpx", "tomlkit", "pydantic"}


def test_every_import_points_down() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    # Its cache keeps the verdict on an import whose target has appeared since.
    command = [str(linter), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
