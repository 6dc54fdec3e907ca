"""Processes that share a file of tokens. Started as ``oauth_client_worker.py NUMBER FACTS``.

Everything is loaded once, then the process forks, so that all ask at once. Each says on stdout
what the API answered.
"""

from __future__ import annotations

import json
import os
import sys

import httpcore  # noqa: F401 - loaded by the first request otherwise, in every process
import httpx

from mixdesk.clients import FileCache, OAuthClient, OAuthToken


class Somebody(OAuthClient):
    """Has logged in; the token renews itself."""

    token_url = ""
    client_id = ""

    async def get_token(self) -> OAuthToken:
        raise AssertionError("nobody sits in front of this")

    async def refresh_token(self, refresh_token: str) -> OAuthToken:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
            answer = await http.post(self.token_url, data={**form, "client_id": self.client_id})
        return OAuthToken.from_dict(answer.raise_for_status().json())


def main(number: str, facts: str) -> None:
    """Ask the API from so many processes."""
    said = json.loads(facts)
    Somebody.token_url, Somebody.client_id = said["token_url"], said["client_id"]
    children = []
    for _ in range(int(number)):
        child = os.fork()
        if child == 0:
            sys.stdin.buffer.read()
            somebody = Somebody(FileCache(said["path"]))
            with httpx.Client(trust_env=False, auth=somebody, timeout=60) as http:
                status = http.get(said["url"]).status_code
            os.write(1, f"{status}\n".encode())
            os._exit(0)
        children.append(child)
    os.write(1, b"ready\n")
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
