"""A committed file holds on every machine: no path of its author's, no package index."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PACKAGE_INDEX = re.compile(
    r"(?<![\w-])--(?:extra-index-url|index-url|default-index|find-links|trusted-host)\b"
    r"|//\S+/simple/?(?=[\s\"']|$)|\bfile:///"
)


def committed_files() -> list[Path]:
    """The files git knows, or a skipped test where there is no checkout."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listing = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    names = listing.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_file_names_this_machine_or_a_package_index() -> None:
    here = {f"{ROOT}/", f"{pwd.getpwuid(os.getuid()).pw_dir}/"} - {"//"}
    found = [
        f"{path.relative_to(ROOT)}:{number}: {hit}"
        for path in committed_files()
        for number, line in enumerate(path.read_bytes().decode(errors="replace").splitlines(), 1)
        for hit in [
            *(place for place in here if place in line),
            *(match.group() for match in PACKAGE_INDEX.finditer(line)),
        ]
    ]
    assert found == []


def test_no_generated_file_is_committed() -> None:
    generated = {".pyc", ".pyo", ".so", ".whl"}
    assert [path for path in committed_files() if path.suffix in generated] == []
