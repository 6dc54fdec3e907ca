"""5,000 files that somebody or something broke: an answer or an error that names the place."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixdesk.exceptions import StoreError
from mixdesk.store.config import ConfigManager
from mixdesk.store.storage import Storage
from tests.core.store.generated import Draw, configurations
from tests.core.store.operations import operations
from tests.core.store.profiles import examples
from tests.core.store.support import error_of, is_harmless

BASE = b'''# The desk.
[active]
account = "team"
workspace = 3448413

[accounts.team]
type = "service_account"
region = "us"
username = 'team.x'
secret = """a
b"""

[accounts]
ci = { type = "oauth_token", region = "eu", token_env = "MP_CI" }
me.type = "oauth_browser"
me.region = "in"

[targets.ecom]
account = "team"
project = "3018488"
workspace = 0x10

[[settings.list]]
when = 1979-05-27T07:32:00Z
'''

HOSTILE = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\r",
    b"\n",
    b"[",
    b"]",
    b"{",
    b"}",
    b'"',
    b'"""',
    b"'",
    b"'''",
    b"=",
    b".",
    b",",
    b"#",
    b"\\",
    b"\\uD800",
    b"[[accounts]]\n",
    b"[[accounts.team]]\n",
    b"accounts = 1\n",
    b"active = 'x'\n",
    b"targets = []\n",
    b"settings = 2024-01-01\n",
    b"[accounts.x]\ntype = 5\n",
    b"[accounts.x]\ntype = []\n",
    b"[accounts.'../../..']\n",
    b"[targets]\nx = [1]\n",
    b"[targets.'\x7f']\n",
    b"workspace = 0x" + b"f" * 6000 + b"\n",
    b"workspace = " + b"9" * 5000 + b"\n",
    b"region = 0x" + b"f" * 6000 + b"\n",
    b"x = " + b"[" * 300 + b"]" * 300 + b"\n",
    b"x = " + b"[" * 5000 + b"]" * 5000 + b"\n",
    b"x = " + b"{a=" * 200 + b"1" + b"}" * 200 + b"\n",
    b".".join([b"a"] * 600) + b" = 1\n",
    b"[" + b".".join([b"a"] * 900) + b"]\n",
    b"x = 1979-13-45T99:99:99Z\n",
    b"x = 1979-05-27T07:32:00+24:60\n",
    b"x = 0000-00-00\n",
    b"x = 1e999999\n",
    b"config_version = 2\n",
    b"default = 'team'\n",
    b"project = 'x'\n",
)


@st.composite
def broken_files(draw: Draw) -> bytes:
    """A sound file with pieces cut out, doubled, swapped or planted; or no TOML at all."""
    if draw(st.integers(0, 19)) == 0:
        content: bytes = draw(st.binary(max_size=200))
        return content
    sound: bytes = draw(st.just(BASE) | configurations().map(lambda written: written.text.encode()))
    content = sound
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        to = min(len(content), at + draw(st.integers(0, 40)))
        match draw(st.integers(0, 5)):
            case 0:
                content = content[:at]
            case 1:
                content = content[:at] + content[to:]
            case 2:
                content = content[:to] + content[at:to] + content[to:]
            case 3:
                content = content[:at] + draw(st.binary(min_size=1, max_size=4)) + content[at:]
            case 4:
                line = content.find(b"\n", at) + 1
                content = content[:line] + draw(st.sampled_from(HOSTILE)) + content[line:]
            case _:
                content = content[:at] + draw(st.sampled_from(HOSTILE)) + content[at:]
    return content


@pytest.fixture(scope="module")
def configs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConfigManager]:
    """A new file each time it is asked for: no example sees what another one left."""
    directory = tmp_path_factory.mktemp("broken")
    storage = Storage.at(directory / "mp")
    return (ConfigManager(directory / f"{n}.toml", storage=storage) for n in count())


@examples(5_000)
@given(content=broken_files(), older=broken_files() | st.just(BASE), data=st.data())
def test_a_broken_file_is_read_or_named_and_changed_soundly_or_not_at_all(
    configs: Iterator[ConfigManager], content: bytes, older: bytes, data: st.DataObject
) -> None:
    config = next(configs)
    config.path.write_bytes(older)
    with suppress(StoreError):
        config.snapshot()
    config.path.write_bytes(content)
    config.path.chmod(0o600)
    try:
        snapshot = config.snapshot()
    except StoreError as error:
        assert_names_the_place(error, config.path)
        names: tuple[str, ...] = ("team",)
    else:
        names = tuple(snapshot.defined("accounts"))
        for problem in snapshot.problems:
            assert problem.path == str(config.path)
            assert is_harmless(problem.summary), problem
            assert is_harmless(problem.hint), problem
    assert config.path.read_bytes() == content
    change(config, data.draw(operations(names, ("ecom",))).run, content)
    config.path.unlink()


def change(config: ConfigManager, run: Callable[[ConfigManager], object], content: bytes) -> None:
    """A change of a broken file is made soundly, or refused with the file untouched."""
    error = error_of(run, config)
    if error is None:
        tomllib.loads(config.path.read_bytes().decode())
    else:
        assert config.path.read_bytes() == content, error
        assert is_harmless(error.summary), error


def assert_names_the_place(error: StoreError, path: Path) -> None:
    """The error says which file, and which line where there is one."""
    assert error.code in ("STORE_CORRUPT", "STORE_UNSAFE_PATH"), error
    assert str(path) in error.summary
    assert is_harmless(error.summary), error
    line = error.details.get("line")
    assert line is None or f"{path}:{line}" in error.summary


@pytest.mark.parametrize("planted", HOSTILE, ids=lambda planted: repr(planted[:24]))
def test_what_is_planted_in_a_file_never_escapes_as_another_error(
    configs: Iterator[ConfigManager], planted: bytes
) -> None:
    config = next(configs)
    for content in (planted + BASE, BASE + planted, BASE + b"[settings]\n" + planted):
        config.path.write_bytes(content)
        config.path.chmod(0o600)
        try:
            config.snapshot()
        except StoreError as error:
            assert_names_the_place(error, config.path)
        for run in (
            lambda config: config.set_active(account="ci"),
            lambda config: config.update_account("team", region="eu"),
            lambda config: config.add_account("n", type="oauth_browser", region="us"),
            lambda config: config.rename_account("ci", "ce"),
            lambda config: config.remove_account("team", force=True),
            lambda config: config.apply_target("ecom"),
            lambda config: config.add_target("t", account="ci", project="1"),
            lambda config: config.remove_target("ecom"),
            lambda config: config.set_custom_header(name="X", value="1"),
            lambda config: config.clear_active(account=True),
        ):
            config.path.write_bytes(content)
            change(config, run, content)
