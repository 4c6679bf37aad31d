"""The worker as a process: killed at random moments, it loses nothing and does nothing twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest

from tests.faults.opened import children
from tongban.runtime.database import create_database
from tongban.runtime.environment import ROOT

pytestmark = pytest.mark.slow
T = TypeVar("T")

# A handler of the test's own, subscribed in the worker's process by a module that Python loads at start.
PLUGIN = """
import sys
if sys.argv[1:2] == ["work"]:
    from dataclasses import dataclass
    from typing import ClassVar
    from tongban.runtime import boot
    from tongban.kernel.types import SYSTEM, Subject

    set_up = boot.set_up_django

    def set_up_with_handler():
        set_up()
        from tongban.foundation.ledger import operations as ledger
        from tongban.foundation.outbox import operations
        from tongban.foundation.outbox.types import Event

        @dataclass(frozen=True)
        class Knocked(Event):
            name: ClassVar[str] = "door.knocked"
            door: str
            turn: int

        def note(event, *, at):
            subject = Subject("door", event.door)
            ledger.record(act="door.noted", subject=subject, by=SYSTEM, at=at, detail={"turn": event.turn})

        operations.subscribe(Knocked, note, name="test.note")

    boot.set_up_django = set_up_with_handler
"""
PUBLISH = """
WITH happened AS (
    INSERT INTO outbox_event (name, about, fields, at)
    VALUES ('door.knocked', %(door)s::text, jsonb_build_object('door', %(door)s::text, 'turn', %(turn)s::int), now())
    RETURNING number
)
INSERT INTO outbox_delivery (event_id, handler, about, due_at)
SELECT number, 'test.note', %(door)s::text, now() FROM happened
"""
NOTED = "SELECT subject_id, (detail->>'turn')::int FROM ledger_record WHERE act = 'door.noted' ORDER BY id"


@pytest.fixture
def database(database_server: str) -> Iterator[str]:
    name = f"test_tongban_{os.getpid()}_work"
    create_database(database_server, name)
    yield database_server.rsplit("/", 1)[0] + f"/{name}"
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def variables(database: str, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "sitecustomize.py").write_text(PLUGIN, "utf-8")
    return {
        **os.environ,
        "DATABASE_URL": database,
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}",
        "TONGBAN_LANGUAGE": "en",
        "TONGBAN_STATE": str(tmp_path / "state"),
        "TONGBAN_DELIVERERS": "3",
    }


def tongban(variables: dict[str, str], *line: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tongban", *line],
        cwd=ROOT,
        env=variables,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def of(worker: subprocess.Popen[str]) -> list[int]:
    """Return the worker's own processes, when all have been started: three, the one for what can wait, the courier."""
    return within(20, lambda: children(worker.pid), lambda found: len(found) == 5)


def within(seconds: float, look: Callable[[], T], holds: Callable[[T], bool]) -> T:
    deadline = time.monotonic() + seconds
    while not holds(found := look()):
        assert time.monotonic() < deadline, found
        time.sleep(0.02)
    return found


def is_there(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def count_of(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT count(*) FROM outbox_delivery").fetchone()
    assert row
    return int(row[0])


def unsigned(connection: psycopg.Connection) -> int:
    """Return how many records no signed head of the ledger covers."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM ledger_record) - COALESCE((SELECT max(size) FROM attestation_head), 0)"
    ).fetchone()
    assert row
    return int(row[0])


def test_killed_again_and_again_it_does_everything_once_and_in_order(
    database: str, variables: dict[str, str]
) -> None:
    said, _ = tongban(variables, "work", "--once").communicate(timeout=60)
    assert "0 deliveries done" in said
    turns, doors = 60, "abcdefghij"
    with psycopg.connect(database, autocommit=True) as connection:
        for turn in range(turns):
            for door in doors:
                connection.execute(PUBLISH, {"door": door, "turn": turn})
        chance = random.Random(3)
        waiting = turns * len(doors)
        while waiting:
            worker = tongban(variables, "work")
            goal = max(waiting - chance.randrange(20, 120), 0)
            deadline = time.monotonic() + 60
            while (waiting := count_of(connection)) > goal:
                assert time.monotonic() < deadline and worker.poll() is None
                time.sleep(chance.random() / 50)
                if chance.random() < 0.02:  # one of its processes: it is begun again
                    with suppress(IndexError, ProcessLookupError):
                        os.kill(chance.choice(children(worker.pid)), signal.SIGKILL)
            worker.kill()
            worker.communicate(timeout=60)  # nobody holds its output any more
        noted = connection.execute(NOTED).fetchall()
    assert len(noted) == turns * len(doors)
    for door in doors:
        assert [turn for where, turn in noted if where == door] == list(range(turns))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_one_that_dies_is_begun_again_and_all_end_with_the_first(
    database: str, variables: dict[str, str], how: signal.Signals
) -> None:
    tongban(variables, "work", "--once").communicate(timeout=60)
    worker = tongban(variables, "work")
    try:
        killed = of(worker)[0]
        os.kill(killed, signal.SIGKILL)
        within(20, lambda: of(worker), lambda found: killed not in found)
        processes = of(worker)
    finally:
        worker.send_signal(how)
        said, _ = worker.communicate(timeout=20)
    assert worker.returncode == (-how if how is signal.SIGKILL else 0), said
    within(5, lambda: [pid for pid in processes if is_there(pid)], lambda found: not found)


def test_one_process_does_all_of_it(database: str, variables: dict[str, str]) -> None:
    tongban(variables, "work", "--once").communicate(timeout=60)
    worker = tongban(variables | {"TONGBAN_DELIVERERS": "1"}, "work")
    try:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(PUBLISH, {"door": "a", "turn": 1})
            within(20, lambda: count_of(connection), lambda found: found == 0)
            within(20, lambda: unsigned(connection), lambda found: found == 0)
        assert children(worker.pid) == []
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=20)
    assert worker.returncode == 0


def test_it_is_woken_and_ends_in_order(database: str, variables: dict[str, str]) -> None:
    tongban(variables, "work", "--once").communicate(timeout=60)
    worker = tongban(variables, "work")
    try:
        with psycopg.connect(database, autocommit=True) as connection:
            for turn in range(3):
                connection.execute(PUBLISH, {"door": "a", "turn": turn})
                connection.execute("NOTIFY tongban_outbox")
                deadline = time.monotonic() + 20
                while len(connection.execute(NOTED).fetchall()) <= turn:
                    assert time.monotonic() < deadline
                    time.sleep(0.02)
            within(20, lambda: unsigned(connection), lambda found: found == 0)
    finally:
        worker.send_signal(signal.SIGTERM)
        said, _ = worker.communicate(timeout=20)
    assert worker.returncode == 0, said


def test_what_failed_is_listed_and_tried_again(database: str, variables: dict[str, str]) -> None:
    tongban(variables, "work", "--once").communicate(timeout=60)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(PUBLISH, {"door": "a", "turn": 1})
        connection.execute("UPDATE outbox_delivery SET handler = 'test.gone'")
        tongban(variables, "work", "--once").communicate(timeout=60)
        failed = tongban(variables, "work", "--failed")
        said, _ = failed.communicate(timeout=60)
        assert failed.returncode == 1
        assert "door.knocked → test.gone  ×1" in said
        assert "test.gone" in said and "next attempt" in said
        connection.execute("UPDATE outbox_delivery SET handler = 'test.note'")
        said, _ = tongban(variables, "work", "--retry", "--by", "tester").communicate(timeout=60)
        assert "1 delivery will be tried again" in said
        said, _ = tongban(variables, "work", "--once").communicate(timeout=60)
        assert "1 delivery done" in said
