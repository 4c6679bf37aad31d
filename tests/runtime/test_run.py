"""``tongban run``: opens, survives, ends. Each test has a folder of state of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from tongban.runtime.environment import ROOT
from tongban.runtime.postgres import server
from tongban.runtime.postgres.cluster import Cluster, find_postmaster, is_alive
from tongban.runtime.processes import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("ports"),
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc"),
]

SECONDS = 60
"""Until everything that a city has started has ended."""


class City:
    """A city that runs in a process of its own."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.cluster = Cluster(state / "postgres")
        self.process: subprocess.Popen[str] | None = None
        self.address = ""
        self.said: list[str] = []

    def start(self, port: int) -> None:
        variables = {**os.environ, "TONGBAN_STATE": str(self.state), "TONGBAN_LANGUAGE": "en"}
        variables.pop("DATABASE_URL", None)
        line = [sys.executable, "-m", "tongban", "run", "--port", str(port)]
        self.process = subprocess.Popen(
            line, cwd=ROOT, env=variables, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert self.process.stdout
        for said in iter(self.process.stdout.readline, ""):
            self.said.append(said)
            found = re.search(r"(http://[\d.]+:\d+/)", said)
            if found:
                self.address = found.group()
                return
        self.process.communicate(timeout=SECONDS)
        pytest.fail("".join(self.said))

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        assert self.process
        self.process.send_signal(how)
        self.process.communicate(timeout=SECONDS)
        return self.process.returncode


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    made = City(tmp_path / "a city 城")
    yield made
    if made.process:
        made.process.kill()
        made.process.communicate(timeout=SECONDS)
    server.stop(made.cluster)


@pytest.fixture
def port() -> int:
    return free_port(18900)


def status(address: str) -> int:
    try:
        with urlopen(address, timeout=60) as answer:  # a busy machine is slow, not wrong
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code
    except (URLError, OSError):
        return 0


def children(pid: int) -> list[int]:
    """Return the living processes below, but not PostgreSQL's: who has ended has no command any more."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except FileNotFoundError:
        return []
    own = [int(child) for child in listed if (line := command_of(int(child))) and "postgres" not in line]
    return own + [grandchild for child in own for grandchild in children(child)]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def eventually(holds: Callable[[], bool], seconds: float = 40) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False


def test_opens_answers_and_leaves_nothing_behind(city: City, port: int) -> None:
    city.start(port)
    assert eventually(lambda: 0 < status(city.address) < 500)
    below = children(city.pid)
    assert len(below) >= 3  # granian and two workers
    assert city.stop() == 0
    assert eventually(lambda: not any(map(is_alive, below)))
    assert find_postmaster(city.cluster) is None
    city.start(port)
    assert eventually(lambda: 0 < status(city.address) < 500)
    assert city.stop(signal.SIGTERM) == 0


def test_second_start_says_where_the_first_one_is(city: City, port: int) -> None:
    city.start(port)
    second = City(city.state)
    second.start(port + 1)
    assert second.address == city.address
    assert "already" in "".join(second.said)
    assert second.process
    second.process.communicate(timeout=SECONDS)
    assert 0 < status(city.address) < 500


def test_taken_port_is_passed_over_and_said(city: City, port: int) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        city.start(port)
    assert f":{port}/" not in city.address
    assert f"Port {port} is taken" in "".join(city.said)


def test_killed_command_leaves_no_web_server_and_starts_again(city: City, port: int) -> None:
    city.start(port)
    below = children(city.pid)
    assert city.process
    city.process.kill()
    city.process.communicate(timeout=SECONDS)
    assert eventually(lambda: not any(map(is_alive, below)))
    city.start(port)
    assert f":{port}/" in city.address
    assert eventually(lambda: 0 < status(city.address) < 500)


def test_killed_database_and_web_server_come_back(city: City, port: int) -> None:
    city.start(port)
    postmaster = find_postmaster(city.cluster)
    assert postmaster
    os.kill(postmaster.pid, signal.SIGKILL)
    assert eventually(lambda: (found := find_postmaster(city.cluster)) is not None and found.is_ready)
    assert eventually(lambda: 0 < status(city.address) < 500)
    os.kill(children(city.pid)[1], signal.SIGKILL)  # a worker
    assert eventually(lambda: len(children(city.pid)) >= 3 and 0 < status(city.address) < 500)
    web = children(city.pid)[0]
    os.kill(web, signal.SIGKILL)
    assert eventually(lambda: not is_alive(web))
    assert eventually(lambda: len(children(city.pid)) >= 3 and 0 < status(city.address) < 500)


def test_broken_pack_is_said_in_a_sentence(
    city: City, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGBAN_CITY", str(tmp_path / "no such city"))
    variables = {**os.environ, "TONGBAN_STATE": str(city.state), "TONGBAN_LANGUAGE": "en"}
    line = [sys.executable, "-m", "tongban", "run", "--port", str(port)]
    said = subprocess.run(
        line, cwd=ROOT, env=variables, text=True, capture_output=True, check=False, timeout=60
    )
    assert said.returncode == 1
    assert "Traceback" not in said.stderr
    assert "no such city" in said.stderr + said.stdout
