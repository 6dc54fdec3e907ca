"""A browser, as ``BROWSER`` may name one: says who one is, agrees, and goes where it is sent.

Started as a command of its own; the account, or ``-`` to say no, and the address are its arguments.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.core.sandbox import browsing
from tests.core.sandbox.asking import plain_http

if __name__ == "__main__":
    account, url = sys.argv[1:]
    with plain_http() as http:
        http.get(browsing.log_in(url, None if account == "-" else account))
