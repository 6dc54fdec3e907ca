"""Does a name match what was typed, and where: one rule for both front ends."""

from __future__ import annotations

from mixdesk.model.matching import closeness as closeness
from mixdesk.model.matching import fold as fold
from mixdesk.model.matching import match as match
