"""The web server's processes: started, watched and ended together with the command that runs them."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from tongban.kernel.errors import Conflict, Invalid

PR_SET_PDEATHSIG = 1  # linux/prctl.h
HOST = "127.0.0.1"
PORTS_TRIED = 50
FOLLOW_SECONDS = 1.0
PATIENCE = 5  # nice: about a third of what another process gets

APPLICATION = "tongban.runtime.wsgi:application"
THREADS = 6
"""A slow page must not hold up the quick ones behind it, and calls that wait for the disk together are recorded in one
statement: 16 clients had 4,600 calls a second with four threads, 5,000 with six or eight. With more, the first readers after
a start wait for each other while pages are made: of all those in the first two seconds 99 % had theirs in 39 ms with four
threads, 70 with six, 110 with eight."""
MOST_HEAD = 65_536
FLAGS = ("--no-ws", "--respawn-failed-workers")
GRANIAN = {
    "--interface": "wsgi",
    "--host": HOST,
    "--http": "1",
    "--blocking-threads": str(THREADS),
    "--blocking-threads-idle-timeout": "600",
    "--backlog": "2048",
    # All headers of a request together; more is answered by 431 before anything of ours sees it.
    "--http1-buffer-size": str(MOST_HEAD),
    "--respawn-interval": "1",
    "--workers-kill-timeout": "5",
    "--log-level": "error",
}


def end_with_parent(how: int = signal.SIGTERM) -> None:
    """Ask Linux to end this process when its parent dies, so that ``kill -9`` leaves no orphans behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, how)


def yield_to_others() -> None:
    """Let every other process go first when the machine is busy."""
    os.setsid()  # where Linux shares the machine out by session, only a whole one can be patient
    os.nice(PATIENCE)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(PATIENCE), "ascii")


def never_outlive_parent(parent: int | None = None, *, seconds: float = 15) -> None:
    """End with the parent, and be killed with the whole group when that takes more than some seconds.

    Who is still importing or waits for a lock does not hear the request to end; it would go on for ever, and keep
    open what it inherited. A parent that is named may have gone before.
    """
    end_with_parent()
    threading.Thread(target=_follow, args=(parent or os.getppid(), seconds), daemon=True).start()


def _follow(parent: int, seconds: float) -> None:
    while os.getppid() == parent:
        time.sleep(FOLLOW_SECONDS)
    time.sleep(seconds)
    os.kill(0 if os.getpgrp() == os.getpid() else os.getpid(), signal.SIGKILL)


def free_port(wanted: int) -> int:
    """Return the wanted port, or the next one that is free; raise Conflict when fifty are taken."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        if _is_free(port):
            return port
    raise Conflict(
        "no-free-port",
        "从 {port} 起的 {count} 个端口都被占用。请用 TONGBAN_PORT 指定另一个端口。",
        port=wanted,
        count=PORTS_TRIED,
    )


def wait_for_port(port: int, *, seconds: float = 10) -> None:
    """Return when the port is free: what is left of a city that has ended lets go of it a moment after."""
    deadline = time.monotonic() + seconds
    while not _is_free(port) and time.monotonic() < deadline:
        time.sleep(0.1)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # Connections of a server that has just ended must not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:  # taken, or not allowed
            return False
        return True


class Web:
    """The web server: granian with our application, which finds the database in DATABASE_URL."""

    def __init__(self, *, port: int, workers: int, application: str = APPLICATION) -> None:
        self._application = application
        self.address = f"http://{HOST}:{port}/"
        self._options = {**GRANIAN, "--port": str(port), "--workers": str(workers)}
        self._process: subprocess.Popen[bytes] | None = None
        self._has_answered = False

    def start(self) -> None:
        """Start the processes; the address answers a moment later."""
        options = [part for option in self._options.items() for part in option]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tongban.runtime.serving", *FLAGS, *options, self._application],
            stdin=subprocess.DEVNULL,
            preexec_fn=end_with_parent,
            # A group of its own: Ctrl-C in the terminal reaches the command, which ends things in order.
            start_new_session=True,
        )

    def is_running(self) -> bool:
        """Return whether the first process lives; it looks after its workers itself."""
        return self._process is not None and self._process.poll() is None

    def wait_until_it_answers(self, *, seconds: float = 60) -> None:
        """Return when the address answers a request; raise Invalid when it fails or takes too long."""
        deadline = time.monotonic() + seconds
        status = 0
        while time.monotonic() < deadline and self.is_running():
            status = _status(self.address)
            if 0 < status < 500:
                self._has_answered = True
                return
            time.sleep(0.1 if status == 0 else 1)
        raise Invalid(
            "web-does-not-answer",
            "网页服务没有正常应答（{address}，状态 {status}）。原因见上面的输出。",
            address=self.address,
            status=status or "-",
        )

    def end(self, *, seconds: float = 15) -> None:
        """End it in good order; what is left of its group after that is killed."""
        if self._process is None:
            return
        if self._has_answered and self.is_running():
            # Workers that are still importing do not hear it, but have nothing to finish either.
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Work:
    """The worker beside the pages: it delivers events, timers and messages."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; the database is in DATABASE_URL and up to date."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tongban", "work", "--until-parent-ends"],
            stdin=subprocess.DEVNULL,
            preexec_fn=end_with_parent,
            start_new_session=True,
        )

    def is_running(self) -> bool:
        """Return whether it lives."""
        return self._process is not None and self._process.poll() is None

    def end(self, *, seconds: float = 10) -> None:
        """Let it finish what is under way; kill it after that, which loses nothing."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Departments:
    """The departments' systems of a demonstration, which answer beside the pages; what dies is begun again."""

    def __init__(self, is_answering: Callable[[], bool]) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._is_answering = is_answering

    def keep_answering(self) -> bool:
        """Start it, or start it again; return whether it answers."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tongban", "demo", "departments", "--until-parent-ends"],
                stdin=subprocess.DEVNULL,
                preexec_fn=end_with_parent,
                start_new_session=True,
            )
            return False
        return self._is_answering()

    def end(self) -> None:
        """Kill it: it keeps nothing."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class History:
    """The demonstration's history, built beside the pages; what it has begun is gone on with when it dies."""

    STARTS = 5

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0

    def keep_building(self) -> None:
        """Start it; start it again, a few times, when it was killed."""
        if self._process is not None and self._process.poll() in (None, 0):
            return
        if self._starts < self.STARTS:
            self._starts += 1
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tongban", "demo", "build", "--until-parent-ends"],
                stdin=subprocess.DEVNULL,
                preexec_fn=end_with_parent,
                start_new_session=True,
            )

    def end(self) -> None:
        """Kill it, which loses nothing: every act of it is one transaction."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def _status(address: str) -> int:
    try:
        # No proxy: the address is on this machine.
        with build_opener(ProxyHandler({})).open(address, timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code
    except (URLError, OSError):
        return 0
