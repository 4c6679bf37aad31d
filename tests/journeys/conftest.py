"""A living city and a real browser: what every journey starts from.

The city is opened as a person opens it (``tongban run``), with a database and a folder of its own. To try
journeys against one that runs already, name its address in TONGBAN_JOURNEY_ADDRESS.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright
from psycopg import sql

from tests.journeys.looking import Watched
from tongban.runtime.database import NAME
from tongban.runtime.environment import ROOT
from tongban.runtime.processes import free_port

PREFIX = "test_tongban_journeys_"
# Another checkout may walk its own city at the same moment: two must not answer at one port.
FIRST_PORT = 20000 + os.getpid() % 12000
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE, SMALL_PHONE, DESKTOP = (390, 780), (360, 740), (1280, 800)


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Leave the files unread where no journey is asked for."""
    return True if "not journey" in config.option.markexpr else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, and let one process walk it: the city is opened once."""
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.fixture(scope="session")
def city(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the address of the running demonstration city, without a slash at its end."""
    given = os.environ.get("TONGBAN_JOURNEY_ADDRESS")
    if given:
        yield given.rstrip("/")
        return
    server = request.getfixturevalue("database_server")
    name = f"{PREFIX}{os.getpid()}"
    state = ROOT / "var" / f"journeys-{os.getpid()}"
    _forget(server, everybody=False)
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    try:
        with _opened(server.rpartition("/")[0] + f"/{name}", state) as address:
            yield address
    finally:
        shutil.rmtree(state, ignore_errors=True)
        _forget(server, everybody=True)


class _opened:
    """``tongban run`` as a child of this process, until the block ends."""

    def __init__(self, database: str, state: Path) -> None:
        self._environment = {
            **os.environ,
            "DATABASE_URL": database,
            "TONGBAN_STATE": str(state),
            "TONGBAN_WORKERS": "1",
        }
        self._port = free_port(FIRST_PORT)

    def __enter__(self) -> str:
        command = Path(sys.executable).with_name("tongban")
        self._process = subprocess.Popen(
            [command, "run", "--port", str(self._port), "--until-parent-ends"],
            cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        address = f"http://127.0.0.1:{self._port}"
        _wait_for(address, self._process)
        return address

    def __exit__(self, *error: object) -> None:
        self._process.terminate()
        self._process.wait(30)


def _wait_for(address: str, process: subprocess.Popen[bytes], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail("the city did not open: see the output above")
        try:
            with build_opener(ProxyHandler({})).open(address + "/robots.txt", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the city did not answer within {seconds:.0f} s")


def _forget(server: str, *, everybody: bool) -> None:
    """Drop this process's database, and those that runs ended by ``kill -9`` have left."""
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [PREFIX + "%"]
        ).fetchall()
        for (name,) in rows:
            pid = name.removeprefix(PREFIX)
            mine = everybody and pid == str(os.getpid())
            if mine or not Path(f"/proc/{pid}").exists():
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                connection.execute(drop.format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield Debian's Chromium, or say what to install."""
    program = (
        os.environ.get("TONGBAN_BROWSER") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if program is None:
        pytest.fail("journeys need a browser: apt-get install chromium (or name one in TONGBAN_BROWSER)")
    with sync_playwright() as playwright:
        # Whatever the browser keeps for itself stays in this folder, too.
        home = {name: str(ROOT / "var" / "browser") for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
        opened = playwright.chromium.launch(
            executable_path=program, args=list(QUIET), env={**os.environ, **home}
        )
        yield opened
        opened.close()


OpenPage = Callable[..., Watched]


@pytest.fixture
def visit(city: str, browser: Browser) -> Iterator[OpenPage]:
    """Give a function that opens an address of the city: ``visit("/search?q=…", size=PHONE, scripts=False)``.

    When the test ends, nothing may have failed in the browser's console, and nothing may have been asked
    of another host.
    """
    contexts: list[BrowserContext] = []
    seen: list[str] = []

    def open_page(
        path: str = "/",
        size: tuple[int, int] = DESKTOP,
        scripts: bool = True,
        view: str = "",
        **options: object,
    ) -> Watched:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            locale="zh-CN",
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        if view:
            context.add_cookies([{"name": "tb_view", "value": view, "url": city}])
        page = context.new_page()
        page.route("**/*", lambda route: _only_here(route, city, seen))
        page.on(
            "console",
            lambda message: seen.append(message.text) if _is_bad(message.type, message.text) else None,
        )
        page.on("pageerror", lambda error: seen.append(str(error)))
        page.goto(city + path)
        return Watched(page, city)

    yield open_page
    for context in contexts:
        context.close()
    assert not seen, seen


def _is_bad(kind: str, text: str) -> bool:
    # A page that says 404 with a kind sentence is meant to: the browser notes the status as an error.
    return kind == "error" and "the server responded with a status of 4" not in text


def _only_here(route: Route, city: str, seen: list[str]) -> None:
    wanted = urlsplit(route.request.url)
    if wanted.scheme in ("http", "https") and wanted.netloc != urlsplit(city).netloc:
        seen.append(f"asked another host: {route.request.url}")
        route.abort()
        return
    route.continue_()


__all__ = ["DESKTOP", "NAME", "PHONE", "SMALL_PHONE", "OpenPage", "Page"]
