"""The web server goes on when its workers are killed again and again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.faults.opened import children
from tongban.runtime.processes import GRANIAN, free_port
from tongban.runtime.serving import Notes

SECONDS = 60
SERVE = "from tongban.runtime import serving; serving.Notes.__init__.__defaults__ = (0.0,); serving.serve()"


def waits_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


def answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=10) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


@pytest.mark.slow
@pytest.mark.xdist_group("ports")
@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_a_worker_that_is_killed_twice_does_not_end_the_server() -> None:
    port = free_port(18990)
    options = [part for one in (GRANIAN | {"--port": str(port), "--workers": "1"}).items() for part in one]
    line = [
        sys.executable,
        "-c",
        SERVE,
        "--respawn-failed-workers",
        *options,
        "benchmarks.floors:fixed_page",
    ]
    address = f"http://127.0.0.1:{port}/"
    server = subprocess.Popen(line, start_new_session=True)
    try:
        waits_for(lambda: answers(address))
        for _ in range(3):
            (worker,) = children(server.pid)
            os.kill(worker, signal.SIGKILL)
            waits_for(lambda worker=worker: [one for one in children(server.pid) if one != worker] != [])  # type: ignore[misc]
            waits_for(lambda: answers(address))
        assert server.poll() is None
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(SECONDS)


def test_while_it_starts_two_deaths_count() -> None:
    notes = Notes(starting=SECONDS)
    notes[1] = 17.0
    assert (notes.get(1, 0), notes.get(2, 0)) == (17.0, 0)
    notes = Notes(starting=0)
    notes[1] = 17.0
    assert notes.get(1, 0) == 0
