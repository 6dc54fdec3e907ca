from __future__ import annotations

import importlib
import os
import platform
import sys
from pathlib import Path

from bench.report import Line, table

SCENARIOS = (
    "change",
    "writers",
    "cold",
    "prompt",
    "listing",
    "use",
    "frame",
    "picker",
    "screens",
    "accounts",
    "peer",
)


def main(names: list[str]) -> int:
    """Run the scenarios of these names, or all; 1 when one is past its budget by half."""
    unknown = [name for name in names if name not in SCENARIOS]
    if unknown:
        print(f"There is no {unknown[0]}. There are: {', '.join(SCENARIOS)}", file=sys.stderr)
        return 3
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    rows: list[Line] = []
    try:
        for name in names or SCENARIOS:
            print(f"measuring {name} …", file=sys.stderr)
            rows += importlib.import_module(f"bench.scenarios.{name}").rows()
    finally:
        print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, {platform.system()}\n")
        print(table(rows))
    return 1 if any(row.fails for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
