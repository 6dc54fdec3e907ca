"""Another Mixpanel client, which knows nothing of us, takes the sandbox for Mixpanel."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from mixdesk.sandbox.faults import Fault
from mixdesk.sandbox.server import SandboxServer
from tests.core.sandbox.asking import ACME_INDIA

ASKING = """\
import json, mixpanel_headless
w = mixpanel_headless.Workspace()
counts = w.segmentation("Sign Up", from_date="2025-01-01", to_date="2025-01-03")
print(json.dumps({
    "events": w.events(),
    "email": w.me().user_email,
    "projects": len(w.me().projects),
    "workspaces": [view.name for view in w.workspaces()],
    "days": list(counts.series["Sign Up"]),
}))
"""


@pytest.mark.peer
def test_the_peer_works_on_the_sandbox(peer_python: Path, home: Path) -> None:
    username, secret = ACME_INDIA
    with SandboxServer() as server:
        server.faults.add("/in/api/query/segmentation", Fault(status=429, retry_after=0, times=1))
        identity = {
            "MP_USERNAME": username,
            "MP_SECRET": secret,
            "MP_PROJECT_ID": "2200101",
            "MP_REGION": "in",
            "MP_API_BASE_URL": server.base_url.format(region="in"),
        }
        done = subprocess.run(
            [str(peer_python), "-c", ASKING],
            env={**os.environ, **identity},
            capture_output=True,
            text=True,
            check=True,
        )
        accounts = {entry.account for entry in server.requests}
    said = json.loads(done.stdout)
    assert "Seen by acme-india in project 2200101" in said["events"]
    assert (said["email"], said["projects"]) == ("robot@acme.example", 8)
    assert said["workspaces"] == ["All Project Data", "Console"]
    assert said["days"] == ["2025-01-01", "2025-01-02", "2025-01-03"]
    assert accounts == {"acme-india"}
