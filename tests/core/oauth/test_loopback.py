"""The listener hears the browser, whichever way it comes, and says who is to come back where."""

from __future__ import annotations

import asyncio
import logging
import socket

import pytest

from mixdesk.exceptions import OAuthError
from mixdesk.oauth.loopback import listen
from mixdesk.oauth.loopback_pages import FAILED, OTHER_LOGIN, RECEIVED
from tests.core.oauth.visiting import (
    ANY_PORT,
    CODE,
    DECLINED,
    EXPECTED,
    LOOPBACK,
    RIGHT,
    STATE,
    hang_up,
    listening,
    login,
    needs_proc,
    request,
    send,
    understood,
)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_the_right_answer_gives_its_code_and_a_page(address: str) -> None:
    async with login() as (listener, code):
        heard = await send(listener.port, RIGHT, address)
        assert (await code).get_secret_value() == CODE
    assert heard is not None
    assert heard.status == 200
    assert RECEIVED.heading in heard.body
    assert heard.headers["Connection"] == "close"


@needs_proc
async def test_the_port_is_open_before_anything_is_made_of_it() -> None:
    async with listen(ANY_PORT) as listener:
        assert listening(listener.port) == LOOPBACK
        assert listener.redirect_uri == f"http://localhost:{listener.port}/callback"


async def test_the_first_port_is_tried_before_the_others() -> None:
    async with listen(ANY_PORT) as one:
        free = one.port
    async with listen(ANY_PORT, first=free) as listener:
        assert listener.port == free
    async with listen([free], first=free) as listener:
        assert listener.port == free


async def test_a_first_port_that_is_busy_is_passed_over() -> None:
    async with listen(ANY_PORT) as busy, listen(ANY_PORT, first=busy.port) as listener:
        assert listener.port != busy.port


async def test_when_no_port_is_free_the_first_is_named_first() -> None:
    async with listen(ANY_PORT) as one, listen(ANY_PORT) as other:
        with pytest.raises(OAuthError) as caught:
            async with listen([one.port, other.port], first=other.port):
                pass
    assert caught.value.code == "OAUTH_PORT_ERROR"
    assert caught.value.details["ports"] == [other.port, one.port]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]", "localhost:2222"])
async def test_any_name_of_this_machine_may_have_been_used(host: str) -> None:
    async with login() as (listener, code):
        heard = await send(listener.port, RIGHT.replace(b"localhost", host.encode()))
        assert heard is not None
        assert heard.status == 200
        assert (await code).get_secret_value() == CODE


async def test_an_answer_may_come_byte_by_byte() -> None:
    async with login() as (listener, code):
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in RIGHT:
            writer.write(bytes([byte]))
            await asyncio.sleep(0)
        assert understood(await reader.read()).status == 200
        await hang_up(writer)
        assert (await code).get_secret_value() == CODE


async def test_who_says_nothing_after_the_request_still_gets_the_page() -> None:
    async with login() as (listener, code):
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(RIGHT)
        writer.write_eof()
        assert understood(await reader.read()).status == 200
        await hang_up(writer)
        await code


async def test_who_hangs_up_at_once_has_answered_all_the_same() -> None:
    async with login() as (listener, code):
        with socket.create_connection(("127.0.0.1", listener.port)) as one:
            one.sendall(RIGHT)
        assert (await code).get_secret_value() == CODE


async def test_what_follows_the_request_does_not_cost_the_page() -> None:
    async with login() as (listener, code):
        heard = await send(listener.port, RIGHT + RIGHT + b"x" * 3000)
        assert heard is not None
        assert heard.status == 200
        await code


async def test_the_page_is_out_before_the_login_goes_on() -> None:
    async with login() as (listener, code):
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(RIGHT)
        await code
    # The listener is gone; what it said is not.
    assert understood(await reader.read()).status == 200
    await hang_up(writer)


async def test_the_answer_that_was_read_first_counts() -> None:
    async with login() as (listener, code):
        other = request(f"/callback?code=other&state={STATE}")
        heard = await asyncio.gather(send(listener.port, RIGHT), code)
        assert heard[1].get_secret_value() == CODE
        late = await send(listener.port, other)
    assert late is not None
    assert late.status == 400


async def test_who_declined_ends_the_login_at_once() -> None:
    async with login() as (listener, code):
        heard = await send(listener.port, DECLINED)
        with pytest.raises(OAuthError) as caught:
            await code
    assert caught.value.code == "OAUTH_AUTH_DENIED"
    assert heard is not None
    assert FAILED.heading in heard.body


async def test_an_answer_of_another_server_ends_the_login() -> None:
    async with login() as (listener, code):
        heard = await send(listener.port, RIGHT.replace(CODE.encode(), b"x&iss=https%3A%2F%2Fevil"))
        with pytest.raises(OAuthError) as caught:
            await code
    assert caught.value.code == "OAUTH_STATE_MISMATCH"
    assert heard is not None
    assert FAILED.heading in heard.body


async def test_before_anybody_waits_nothing_is_an_answer() -> None:
    async with listen(ANY_PORT) as listener:
        heard = await send(listener.port, RIGHT)
        assert heard is not None
        assert heard.status == 400
        assert OTHER_LOGIN.heading in heard.body
        code = asyncio.create_task(listener.code(EXPECTED))
        await send(listener.port, RIGHT)
        assert (await code).get_secret_value() == CODE


async def test_a_listener_can_wait_once_more() -> None:
    async with listen(ANY_PORT) as listener:
        for data, is_right in ((DECLINED, False), (RIGHT, True)):
            code = asyncio.create_task(listener.code(EXPECTED))
            await send(listener.port, data)
            [done] = await asyncio.gather(code, return_exceptions=True)
            assert isinstance(done, OAuthError) != is_right


async def test_nothing_of_the_address_is_shown_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0  # every step counts as a slow one, and is logged
    caplog.set_level(logging.DEBUG)
    said: list[object] = []
    async with login() as (listener, code):
        for target in (
            f"/callback?code={CODE}&state=canary-other",
            f"/callback?state={STATE}",
            "/canary?canary=canary",
            f"/callback?error=canary&state={STATE}",
        ):
            said.append(await send(listener.port, request(target)))
        with pytest.raises(OAuthError) as caught:
            await code
    async with login() as (listener, code):
        said.append(await send(listener.port, RIGHT))
        await code
        said.append(repr((listener, code, vars(listener))))
    assert None not in said
    assert "canary" not in f"{said}{caplog.text}{caught.value!r}{caught.value.to_dict()}"


async def test_a_server_may_be_used_to_another_path() -> None:
    async with listen(ANY_PORT, path="/") as listener:
        code = asyncio.create_task(listener.code(EXPECTED))
        await asyncio.sleep(0)
        assert listener.redirect_uri == f"http://localhost:{listener.port}/"
        assert listener.numeric_origin == f"http://127.0.0.1:{listener.port}"
        refused = await send(listener.port, RIGHT)
        heard = await send(listener.port, RIGHT.replace(b"/callback", b"/"))
        assert (await code).get_secret_value() == CODE
    assert refused is not None
    assert heard is not None
    assert (refused.status, heard.status) == (404, 200)
