"""One port on both loopback addresses, or another one, or an error that names them."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest

from mixdesk.exceptions import OAuthError
from mixdesk.oauth.loopback_ports import FREE_PORTS, PORTS, listen_on_one
from tests.core.oauth.visiting import ANY_PORT, LOOPBACK, listening, needs_proc

V4 = (socket.AF_INET, "127.0.0.1")
V6 = (socket.AF_INET6, "::1")
EVERY_V4 = (socket.AF_INET, "0.0.0.0")
EVERY_V6 = (socket.AF_INET6, "::")


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def listen_on(ports: Sequence[int], opened: ExitStack) -> list[socket.socket]:
    sockets = listen_on_one(ports)
    for one in sockets:
        opened.enter_context(one)
    return sockets


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [each for _ in range(count) for each in listen_on(ANY_PORT, stack)]
        return list(dict.fromkeys(each.getsockname()[1] for each in sockets))


def occupy(address: tuple[socket.AddressFamily, str], port: int, opened: ExitStack) -> None:
    one = opened.enter_context(socket.socket(address[0]))
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if address[0] == socket.AF_INET6:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    one.bind((address[1], port))
    one.listen()


def test_the_ports_are_those_that_clients_are_registered_with() -> None:
    assert PORTS == (19284, 19285, 19286, 19287)


@needs_proc
def test_both_loopback_addresses_listen_and_no_other(opened: ExitStack) -> None:
    [port] = free_ports(1)
    sockets = listen_on([port], opened)
    assert {one.getsockname()[:2] for one in sockets} == {("127.0.0.1", port), ("::1", port)}
    assert listening(port) == LOOPBACK


def test_the_two_addresses_keep_apart(opened: ExitStack) -> None:
    _, v6 = listen_on(ANY_PORT, opened)
    assert v6.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)


def test_no_program_that_is_started_inherits_the_port(opened: ExitStack) -> None:
    assert not any(one.get_inheritable() for one in listen_on(ANY_PORT, opened))


@pytest.mark.parametrize("address", [V4, V6, EVERY_V4, EVERY_V6], ids=lambda address: address[1])
def test_a_port_that_somebody_has_on_one_address_is_busy(
    address: tuple[socket.AddressFamily, str], opened: ExitStack
) -> None:
    taken, free = free_ports(2)
    occupy(address, taken, opened)
    sockets = listen_on([taken, free], opened)
    assert {one.getsockname()[1] for one in sockets} == {free}


@needs_proc
def test_a_port_that_is_busy_on_one_address_is_given_back_on_the_other(opened: ExitStack) -> None:
    taken, free = free_ports(2)
    occupy(V6, taken, opened)
    listen_on([taken, free], opened)
    assert listening(taken) == {"00000000000000000000000001000000"}


def test_when_all_are_busy_the_error_names_them(opened: ExitStack) -> None:
    ports = free_ports(3)
    for port, address in zip(ports, (V4, V6, V4), strict=True):
        occupy(address, port, opened)
    with pytest.raises(OAuthError) as caught:
        listen_on(ports, opened)
    assert caught.value.code == "OAUTH_PORT_ERROR"
    assert caught.value.details == {"ports": ports, "errors": ["EADDRINUSE"] * 3}
    assert all(str(port) in caught.value.message for port in ports)


@pytest.mark.parametrize(
    ("missing", "kept"), [(socket.AF_INET6, "127.0.0.1"), (socket.AF_INET, "::1")]
)
@pytest.mark.parametrize("problem", [errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT])
def test_an_address_that_the_machine_lacks_is_done_without(
    missing: socket.AddressFamily,
    kept: str,
    problem: int,
    monkeypatch: pytest.MonkeyPatch,
    opened: ExitStack,
) -> None:
    refuse(monkeypatch, {missing: problem})
    [only] = listen_on(ANY_PORT, opened)
    assert only.getsockname()[0] == kept


@pytest.mark.parametrize("problem", [errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM])
def test_a_machine_that_refuses_every_address_is_an_error(
    problem: int, monkeypatch: pytest.MonkeyPatch, opened: ExitStack
) -> None:
    refuse(monkeypatch, {socket.AF_INET: problem, socket.AF_INET6: problem})
    with pytest.raises(OAuthError) as caught:
        listen_on([19284], opened)
    assert caught.value.details == {"ports": [19284], "errors": [errno.errorcode[problem]]}


def test_a_port_that_is_lost_between_binding_and_listening_is_busy(
    monkeypatch: pytest.MonkeyPatch, opened: ExitStack
) -> None:
    taken, free = free_ports(2)
    listen = socket.socket.listen

    def lose(one: socket.socket, backlog: int) -> None:
        if one.getsockname()[1] == taken:
            raise OSError(errno.EADDRINUSE, "Address already in use")
        listen(one, backlog)

    monkeypatch.setattr(socket.socket, "listen", lose)
    assert {one.getsockname()[1] for one in listen_on([taken, free], opened)} == {free}


def refuse(monkeypatch: pytest.MonkeyPatch, problems: dict[socket.AddressFamily, int]) -> None:
    bind = socket.socket.bind

    def bind_or_not(one: socket.socket, address: tuple[str, int]) -> None:
        problem = problems.get(one.family)
        if problem is not None:
            raise OSError(problem, "not here")
        bind(one, address)

    monkeypatch.setattr(socket.socket, "bind", bind_or_not)


def test_any_port_is_the_same_on_both_addresses(opened: ExitStack) -> None:
    sockets = listen_on(FREE_PORTS, opened)
    [port] = {one.getsockname()[1] for one in sockets}
    assert {one.getsockname()[0] for one in sockets} == {"127.0.0.1", "::1"}
    assert port not in {one.getsockname()[1] for one in listen_on(FREE_PORTS, opened)}


def test_a_port_that_is_free_on_one_address_only_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, opened: ExitStack
) -> None:
    bind = socket.socket.bind
    taken: list[int] = []

    def lose_twice(one: socket.socket, address: tuple[str, int]) -> None:
        if one.family == socket.AF_INET6 and len(taken) < 2:
            taken.append(address[1])
            raise OSError(errno.EADDRINUSE, "Address already in use")
        bind(one, address)

    monkeypatch.setattr(socket.socket, "bind", lose_twice)
    sockets = listen_on(FREE_PORTS, opened)
    assert len({one.getsockname()[1] for one in sockets}) == 1
    assert len(taken) == 2
