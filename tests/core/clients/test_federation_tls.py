"""A federation endpoint that proves who it is in its own way."""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mixdesk.clients import Bearer
from mixdesk.exceptions import FederationError
from tests.core.clients.federating import Nobody
from tests.core.oauth.visiting import request, send, until
from tests.core.sandbox.browsing import fields_of

TOKEN = json.dumps({"access_token": "canary", "token_type": "Bearer", "expires_in": 60})
ANSWER = (
    f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(TOKEN)}\r\n"
    f"Connection: close\r\n\r\n{TOKEN}"
).encode()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate of our own, for localhost, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl: not available here, so no certificate could be made")
    made = tmp_path / "server.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", str(made)]
    command += ["-addext", "subjectAltName=DNS:localhost", "-out", str(tmp_path / "cert.pem")]
    subprocess.run(command, check=True, capture_output=True)
    made.write_text(made.read_text() + (tmp_path / "cert.pem").read_text())
    return made


@asynccontextmanager
async def endpoint(certificate: Path) -> AsyncIterator[str]:
    """Gives the same token to everybody, over TLS."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}"


async def fetch(url: str, context: ssl.SSLContext | None) -> str:
    browser = Nobody()
    bearer = Bearer("work", "client", url, "", ssl_ctx=context, browser=browser)
    fetching = asyncio.create_task(bearer.receiver().fetch(timeout=60))
    await until(lambda: bool(browser.opened))
    fields = fields_of(browser.opened[0])
    port = urlsplit(fields["redirect_uri"]).port
    assert port is not None
    await send(port, request(f"/?code=one&state={fields['state']}"))
    return (await fetching).token


async def test_the_context_of_the_caller_says_whom_to_believe(certificate: Path) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    async with endpoint(certificate) as url:
        assert await fetch(url, context) == "canary"


async def test_without_one_a_certificate_of_nobody_is_not_believed(certificate: Path) -> None:
    async with endpoint(certificate) as url:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        with pytest.raises(FederationError) as caught:
            await fetch(url, None)
    assert caught.value.code == "OAUTH_TOKEN_ERROR"
