"""``python -m mixdesk_cli``."""

import sys

from mixdesk_cli.main import run

sys.exit(run())
