"""A real browser for tests: headless Chromium, found its way by the words on the page.

ChromeDriver speaks WebDriver (W3C), which is JSON over HTTP: for the dozen commands that a consent
page takes, httpx does.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx

PATIENCE = 20.0
"""Seconds after which a page that does not change is stuck."""

_NAMES = ("chromium", "chromium-browser", "google-chrome")

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page or the browser itself asks for, it asks this machine only.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
)

# Driver and browser outlive a killed parent. This one notices that nobody holds its standard
# input any more, and ends its process group, which they belong to.
_GUARD = '"$@" & read -r end; trap "" TERM; kill 0; wait'

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class BrowserError(Exception):
    """What the driver refused.

    Args:
        code: WebDriver's word for it, such as ``no such element``.
        message: What it says besides.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


def is_installed() -> bool:
    """Whether there are a browser and its driver."""
    return _chromium() is not None and shutil.which("chromedriver") is not None


class Browser:
    """Starts Chromium. It ends with ``close``, and with the process that started it.

    Args:
        directory: An empty folder for its profile, its home and the driver's log.
    """

    def __init__(self, directory: Path) -> None:
        self._profile = directory / "profile"
        log = f"--log-path={directory / 'chromedriver.log'}"
        self._guard = subprocess.Popen(
            ["sh", "-c", _GUARD, "guard", "chromedriver", "--port=0", log],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={"HOME": str(directory), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        self._http = httpx.Client(trust_env=False, timeout=3 * PATIENCE)
        try:
            self.driver_url = f"http://127.0.0.1:{self._port()}"
            """Where the driver listens."""
            self._base = f"{self.driver_url}/session"
            session = self._start()
        except BaseException:
            self._end()
            raise
        self._base += "/" + str(session["sessionId"])
        chrome = session["capabilities"]["goog:chromeOptions"]
        self.debugger_url = f"http://{chrome['debuggerAddress']}"
        """Where the browser itself listens."""

    @property
    def url(self) -> str:
        """Where it is."""
        return str(self._do("GET", "/url"))

    @property
    def text(self) -> str:
        """What a person can read on the page."""
        return str(self._do("GET", f"/element/{self._find('//body')}/text"))

    def open(self, url: str) -> None:
        """Go to an address."""
        self._do("POST", "/url", url=url)

    def wait_for(self, text: str) -> None:
        """Wait until the page says something."""
        self._find(f"//body[contains(normalize-space(.), {_quoted(text)})]")

    def fill(self, field: str, value: str) -> None:
        """Write into the input of this name, over what is in it."""
        element = self._find(f"//input[@name={_quoted(field)}]")
        self._do("POST", f"/element/{element}/clear")
        self._do("POST", f"/element/{element}/value", text=value)

    def choose(self, words: str) -> None:
        """Click the choice whose label says this, among other things."""
        label = self._find(f"//label[contains(normalize-space(.), {_quoted(words)})]")
        self._do("POST", f"/element/{label}/click")

    def press(self, words: str) -> None:
        """Press the button that says this, and wait until another page is there."""
        says = _quoted(words)
        page = self._find("/html")
        button = self._find(
            f"//button[normalize-space(.)={says}] | //input[@type='submit'][@value={says}]"
        )
        self._do("POST", f"/element/{button}/click")
        deadline = time.monotonic() + PATIENCE
        while self._is_there(page):
            assert time.monotonic() < deadline, f"{words!r} changes nothing; {self._where()}"

    def sign_in(
        self,
        user: str,
        password: str,
        *,
        fields: tuple[str, str] = ("username", "password"),
        button: str = "Log in",
    ) -> None:
        """Fill in the login form that is shown, and send it."""
        for field, value in zip(fields, (user, password), strict=True):
            self.fill(field, value)
        self.press(button)

    def enter_code(self, code: str, *, field: str = "user_code", button: str = "Verify") -> None:
        """Type the code that a device shows, and send it."""
        self.fill(field, code)
        self.press(button)

    def be_patient(self, seconds: float) -> None:
        """Wait as long as this for what is not on the page yet, until ``forget``."""
        self._do("POST", "/timeouts", implicit=int(seconds * 1000))

    def forget(self) -> None:
        """Become a browser in which nobody has logged in anywhere."""
        self.be_patient(PATIENCE)
        self.open("about:blank")
        self._do("POST", "/goog/cdp/execute", cmd="Network.clearBrowserCookies", params={})

    def close(self) -> None:
        """End the browser."""
        try:
            self._do("DELETE", "")
        finally:
            self._end()

    def _port(self) -> int:
        assert self._guard.stdout is not None
        said = b""
        while not (found := re.search(rb"successfully on port (\d+)\.", said)):
            ready, _, _ = select.select([self._guard.stdout], [], [], PATIENCE)
            part = os.read(self._guard.stdout.fileno(), 4096) if ready else b""
            assert part, f"ChromeDriver does not start: {said.decode()}"
            said += part
        return int(found[1])

    def _start(self) -> Any:
        chrome = {"binary": _chromium(), "args": [*_FLAGS, f"--user-data-dir={self._profile}"]}
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": chrome,
            "timeouts": {"implicit": int(PATIENCE * 1000), "pageLoad": int(PATIENCE * 1000)},
        }
        return self._do("POST", "", capabilities={"alwaysMatch": wanted})

    def _end(self) -> None:
        self._http.close()
        self._guard.communicate()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _find(self, xpath: str) -> str:
        """The element; the driver waits for it."""
        try:
            return str(self._do("POST", "/element", using="xpath", value=xpath)[_ELEMENT])
        except BrowserError as error:
            if error.code != "no such element" or xpath == "//body":
                raise
            raise AssertionError(f"no {xpath}; {self._where()}") from None

    def _is_there(self, element: str) -> bool:
        try:
            self._do("GET", f"/element/{element}/name")
        except BrowserError as error:
            # Between two pages the driver has no better word than "unknown error".
            if error.code not in ("stale element reference", "no such element", "unknown error"):
                raise
            return False
        return True

    def _where(self) -> str:
        return f"{self.url} shows:\n{self.text}"

    def _do(self, method: str, path: str, **fields: object) -> Any:
        body = None if method != "POST" else fields
        answer = self._http.request(method, self._base + path, json=body)
        value = answer.json()["value"]
        if answer.is_error:
            raise BrowserError(value["error"], value["message"])
        return value


def _chromium() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


def _quoted(text: str) -> str:
    """Text for XPath, which knows no escapes."""
    return f"'{text}'" if '"' in text else f'"{text}"'
