"""``tongban run``: the whole city on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from tongban.kernel.errors import Invalid
from tongban.runtime import boot, departments, environment, processes
from tongban.runtime.cli import INTERRUPTED, say
from tongban.runtime.environment import Environment

WATCH_SECONDS = 1.0
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def add(commands: Any) -> None:
    """Register the command's arguments."""
    run = commands.add_parser("run", help="open the city on this machine", description=__doc__)
    run.add_argument("--port", type=environment.port_number, help="instead of TONGBAN_PORT (8000)")
    run.add_argument(
        "--until-parent-ends", action="store_true", help="stop when the process that started this one ends"
    )
    run.add_argument(
        "--only-prepare", action="store_true", help="bring tables and pack up to date, then stop"
    )
    run.set_defaults(func=open_city)


def open_city(arguments: argparse.Namespace) -> int:
    """Start everything, say where, keep it alive, and end it in order on Ctrl-C."""
    if arguments.until_parent_ends:
        # The orderly end below takes its time: pages, worker and history are each waited for.
        processes.never_outlive_parent(seconds=60)
    # SIGINT too: a shell that starts us in the background has it ignored, and Python would leave it so.
    for number in ENDINGS:
        signal.signal(number, _interrupt)
    settings = environment.read(os.environ)
    try:
        if arguments.only_prepare:
            return prepare(settings)
        with only_one(settings.state / "run") as (other, before):
            if other:
                say("城市已经在运行：{address}", address=other)
                return 0
            return _run(settings, arguments.port or settings.port, before)
    except KeyboardInterrupt:
        if arguments.only_prepare:
            return INTERRUPTED
        say("已停止。")
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(settings: Environment, wanted_port: int, before: str) -> int:
    began = time.monotonic()
    say("正在启动数据库…")
    with boot.database_url():
        code = _prepare_in_a_child()
        if code:
            return code
        if before.endswith(f":{wanted_port}/"):
            processes.wait_for_port(wanted_port)
        port = processes.free_port(wanted_port)
        if port != wanted_port:
            say("端口 {wanted} 已被占用，改用 {port}。", wanted=wanted_port, port=port)
        if not settings.behind_proxy:
            os.environ.setdefault("TONGBAN_ADDRESS", f"http://127.0.0.1:{port}")
        web, work = processes.Web(port=port, workers=settings.workers), processes.Work()
        history = None
        if departments.is_wanted(settings):
            given = os.environ.get(departments.VARIABLE, "")
            os.environ[departments.VARIABLE] = departments.databases_beside(settings, given)
            systems = processes.Departments(partial(departments.is_answering, settings))
            history = Past(systems, processes.History())
        try:
            web.start()
            work.start()
            web.wait_until_it_answers()
            (settings.state / "run").write_text(web.address, encoding="ascii")
            say(
                "城市已开放：{address}（用时 {seconds} 秒；按 Ctrl-C 停止）",
                address=web.address,
                seconds=f"{time.monotonic() - began:.1f}",
            )
            _keep_alive(settings, web, work, history)
        finally:
            # A second Ctrl-C must not cut the orderly end short.
            for number in ENDINGS:
                signal.signal(number, signal.SIG_IGN)
            if history:
                history.end()
            web.end()
            work.end()
    return 0


def _prepare_in_a_child() -> int:
    """Bring tables and pack up to date in a process that ends: 200 MB of pack would stay in this one."""
    line = [sys.executable, "-m", "tongban", "run", "--only-prepare"]
    return subprocess.run(line, check=False, preexec_fn=processes.end_with_parent).returncode


def prepare(settings: Environment) -> int:
    """Bring the tables up to date, load the pack if it has changed, try all imports of the pages."""
    with boot.ready():
        from tongban.runtime import publishing

        say("正在读取城市资料包 {folder}…", folder=settings.city.name)
        publishing.load(settings.city)
        if departments.is_wanted(settings):
            departments.prepare_databases(settings, os.environ["DATABASE_URL"])
        boot.check_routes()
    return 0


class Past:
    """What a demonstration has beside its pages: the departments' systems, and once they answer, its history."""

    def __init__(self, systems: processes.Departments, history: processes.History) -> None:
        self._systems, self._history = systems, history

    def keep_building(self) -> None:
        """Start what is not there."""
        if self._systems.keep_answering():
            self._history.keep_building()

    def end(self) -> None:
        """End both."""
        self._history.end()
        self._systems.end()


def _keep_alive(
    settings: Environment, web: processes.Web, work: processes.Work, history: Past | None
) -> None:
    """Start again what dies, until Ctrl-C. The embedded server comes back on its port, which others know."""
    database_port = urlsplit(os.environ.get("DATABASE_URL", "")).port or 0
    while True:
        time.sleep(WATCH_SECONDS)
        if not settings.database_url:
            _keep_database_alive(settings, database_port)
        if not web.is_running():
            say("网页服务意外停止，正在重新启动…")
            web.end()
            web.start()
        if not work.is_running():
            say("后台处理进程意外停止，正在重新启动…")
            work.start()
        if history:
            history.keep_building()


def _keep_database_alive(settings: Environment, port: int) -> None:
    from tongban.runtime.database import embedded
    from tongban.runtime.postgres import server

    try:
        if server.restart(embedded(settings), port):
            say("数据库意外停止，已重新启动。")
    except Invalid as failure:
        # A process of the one before may still hold its memory for a moment; the next round tries again.
        print(failure, file=sys.stderr, flush=True)


@contextmanager
def only_one(path: Path) -> Iterator[tuple[str, str]]:
    """Keep others out; yield the address of the one that runs already, and of the last one here."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            yield file.read() or "…", ""
            return
        file.seek(0)
        before = file.read()
        file.truncate(0)
        yield "", before
