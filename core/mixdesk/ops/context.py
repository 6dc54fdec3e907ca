"""What every operation is given: where things live, the environment, the time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from mixdesk.clock import Clock, SystemClock
from mixdesk.store.config import ConfigManager
from mixdesk.store.storage import Storage


@dataclass(frozen=True, slots=True)
class Context:
    """The world an operation sees. Made per program, or per call of the public API.

    ``environ`` is read at each call and never written.
    """

    config: ConfigManager
    storage: Storage
    environ: Mapping[str, str] = field(repr=False)
    """Holds secrets, so it does not show itself."""
    clock: Clock
    directory: str | None
    """The directory in which a bridge may lie; None looks in none."""

    @classmethod
    def from_environment(
        cls,
        environ: Mapping[str, str] | None = None,
        clock: Clock | None = None,
        directory: str | None = ".",
    ) -> Context:
        """Look up the files as the environment says (contract: files on disk, environment).

        Args:
            environ: Another environment than the process's own.
            clock: Another clock than this machine's.
            directory: The working directory, in which a bridge may lie; None looks in none.

        A login that a killed process was storing is completed or removed first.

        Returns:
            A context; nothing else is read or created yet.
        """
        environ = os.environ if environ is None else environ
        clock = clock or SystemClock()
        storage = Storage.from_environment(environ)
        config = ConfigManager(environ=environ, storage=storage, clock=clock)
        if os.path.lexists(storage.login.path):
            from mixdesk.login.publish import recover  # only now: it takes what writing takes

            recover(config, storage)
        return cls(config, storage, environ, clock, directory)
