"""The embedded PostgreSQL survives what machines and people do to it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tongban.kernel.errors import Conflict
from tongban.runtime.environment import ROOT
from tongban.runtime.postgres import server
from tongban.runtime.postgres.binaries import program
from tongban.runtime.postgres.cluster import Cluster, Postmaster, find_postmaster, is_alive

pytestmark = pytest.mark.slow


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster in a folder with a space and a Chinese sign in its name."""
    made = Cluster(tmp_path / "城市 one" / "postgres", durable=False)
    yield made
    server.stop(made)


def running(cluster: Cluster) -> Postmaster:
    found = find_postmaster(cluster)
    assert found
    return found


def ask(cluster: Cluster, question: str) -> object:
    with psycopg.connect(cluster.url("postgres")) as connection:
        row = connection.execute(question).fetchone()
        return row[0] if row else None


def test_starts_keeps_data_and_stops(cluster: Cluster) -> None:
    with server.used(cluster):
        with psycopg.connect(cluster.url("postgres")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        pid = running(cluster).pid
    assert not is_alive(pid)
    with server.used(cluster):
        assert ask(cluster, "SELECT one FROM kept") == 1


def test_listens_on_this_machine_only_and_wants_the_password(cluster: Cluster) -> None:
    with server.used(cluster):
        assert ask(cluster, "SHOW listen_addresses") == "127.0.0.1"
        wrong = cluster.url("postgres").replace("postgresql://tongban:", "postgresql://tongban:x")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong)


def test_chinese_signs_are_letters(cluster: Cluster) -> None:
    with server.used(cluster):
        assert ask(cluster, "SELECT '餐' ~ '\\w'") is True
        assert ask(cluster, "SELECT datlocprovider::text || datlocale FROM pg_database LIMIT 1") == "bC.UTF-8"
        assert ask(cluster, "SHOW data_checksums") == "on"


def test_a_durable_cluster_syncs(tmp_path: Path) -> None:
    durable = Cluster(tmp_path / "postgres")
    with server.used(durable):
        assert ask(durable, "SHOW fsync") == "on"
        assert ask(durable, "SHOW synchronous_commit") == "on"
        assert ask(durable, "SHOW full_page_writes") == "on"


def test_users_share_it_and_the_last_one_stops_it(cluster: Cluster) -> None:
    with server.used(cluster):
        pid = running(cluster).pid
        with server.used(cluster):
            assert running(cluster).pid == pid
        assert running(cluster).pid == pid
    assert find_postmaster(cluster) is None


def test_killed_server_starts_again_on_its_port(cluster: Cluster) -> None:
    with server.used(cluster):
        before = running(cluster)
        os.kill(before.pid, signal.SIGKILL)
        while is_alive(before.pid):
            time.sleep(0.01)
        assert server.restart(cluster, before.port)
        assert running(cluster).port == before.port
        assert not server.restart(cluster, before.port)
        assert ask(cluster, "SELECT 1") == 1


def test_killed_server_starts_again_although_one_of_its_processes_lingers(cluster: Cluster) -> None:
    with server.used(cluster):
        before = running(cluster)
        with psycopg.connect(cluster.url("postgres")) as connection:
            lingering = connection.info.backend_pid
            os.kill(lingering, signal.SIGSTOP)
            os.kill(before.pid, signal.SIGKILL)
            while is_alive(before.pid):
                time.sleep(0.01)
            end = threading.Timer(1.0, os.kill, (lingering, signal.SIGCONT))
            end.start()
            assert server.restart(cluster, before.port)
            end.join()
        assert server.IN_USE in cluster.log.read_bytes()
        assert ask(cluster, "SELECT 1") == 1


def test_pid_file_of_a_stranger_is_not_believed(cluster: Cluster) -> None:
    with server.used(cluster):
        lines = (cluster.data / "postmaster.pid").read_text("utf-8").splitlines()
    stale = "\n".join([str(os.getpid()), *lines[1:]])
    (cluster.data / "postmaster.pid").write_text(stale, encoding="utf-8")
    assert find_postmaster(cluster) is None
    with server.used(cluster):
        assert ask(cluster, "SELECT 1") == 1


@pytest.mark.parametrize("content", ["", "garbage", "99999999"])
def test_broken_pid_file_is_not_believed(cluster: Cluster, content: str) -> None:
    with server.used(cluster):
        pass
    (cluster.data / "postmaster.pid").write_text(content, encoding="utf-8")
    with server.used(cluster):
        assert ask(cluster, "SELECT 1") == 1


USE = """
import sys, time
from pathlib import Path
from tongban.runtime.postgres.cluster import Cluster, find_postmaster
from tongban.runtime.postgres.server import used
cluster = Cluster(Path(sys.argv[1]), durable=False)
with used(cluster):
    print(find_postmaster(cluster).pid, flush=True)
    time.sleep(float(sys.argv[2]))
"""


def use_elsewhere(cluster: Cluster, seconds: float) -> subprocess.Popen[str]:
    line = [sys.executable, "-c", USE, str(cluster.folder), str(seconds)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_two_first_starts_at_once_share_one_server(cluster: Cluster) -> None:
    both = [use_elsewhere(cluster, 1.5) for _ in range(2)]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert said[0] == said[1] != ""
    assert find_postmaster(cluster) is None


def test_server_left_behind_by_a_killed_parent_is_taken_over(cluster: Cluster) -> None:
    parent = use_elsewhere(cluster, 60)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    assert is_alive(pid)
    with server.used(cluster):
        assert running(cluster).pid == pid
    assert find_postmaster(cluster) is None


def test_stops_although_whoever_started_it_lives_on_and_does_not_look(cluster: Cluster) -> None:
    parent = use_elsewhere(cluster, 60)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    began = time.monotonic()
    assert server.stop(cluster)
    assert time.monotonic() - began < 10
    assert not is_alive(pid)
    assert parent.poll() is None
    parent.kill()
    parent.communicate()


def test_half_made_cluster_is_made_anew(cluster: Cluster) -> None:
    (cluster.folder / "data.new").mkdir(parents=True)
    (cluster.folder / "data.new" / "PG_VERSION").write_text("18", encoding="ascii")
    with server.used(cluster):
        assert ask(cluster, "SELECT 1") == 1


def test_data_of_another_version_is_left_alone(cluster: Cluster) -> None:
    with server.used(cluster):
        pass
    (cluster.data / "PG_VERSION").write_text("17\n", encoding="ascii")
    with pytest.raises(Conflict, match="17") as caught, server.used(cluster):
        pass
    assert caught.value.code == "postgres-version"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder that it may enter and others not")
def test_root_starts_it_in_a_folder_that_is_closed_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when root keeps the checkout in /root: data and programs lie behind a door that nobody may open."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    wheel = program("postgres").parents[2]
    for folder in wheel.parent.glob(f"{wheel.name}*"):  # the programs, and beside them their libraries
        if "dist-info" not in folder.name:
            shutil.copytree(folder, closed / folder.name, symlinks=True)
    programs = closed / wheel.name / "pginstall" / "bin"
    monkeypatch.setattr(server, "program", lambda name: programs / name)
    cluster = Cluster(closed / "var" / "postgres", durable=False)
    with server.used(cluster):
        assert ask(cluster, "SELECT 1") == 1
        owner = Path(f"/proc/{running(cluster).pid}").stat().st_uid
        assert owner != 0
    assert closed.stat().st_mode & 0o777 == 0o700
    assert closed.stat().st_uid == 0


def test_log_says_why_it_does_not_start(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(server.SETTINGS, "max_connections", "nonsense")
    with pytest.raises(server.Invalid, match="max_connections"), server.used(cluster):
        pass
