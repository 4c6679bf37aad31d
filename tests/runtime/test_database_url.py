"""DATABASE_URL: the same city on Debian's PostgreSQL, not started by us and of another version."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tongban.runtime.environment import ROOT
from tongban.runtime.postgres.binaries import command
from tongban.runtime.postgres.cluster import Account, Cluster, account_for
from tongban.runtime.processes import free_port

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("debian")]

DEBIANS = Path("/usr/lib/postgresql")
PASSWORD = "p@ss word/密"
IN_AN_ADDRESS = "p%40ss%20word%2F%E5%AF%86"


@pytest.fixture(scope="module")
def debians_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a database on Debian's newest PostgreSQL, with a password full of signs."""
    versions = sorted(DEBIANS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not versions:
        pytest.skip("Debian's PostgreSQL is not installed: apt-get install postgresql")
    binaries = versions[-1].parent
    folder = tmp_path_factory.mktemp("debian")
    account = account_for(Cluster(folder))
    initialise(binaries, folder, account)
    port = free_port(25432)
    server = start(binaries, folder, account, port)
    try:
        address = f"postgresql://city:{IN_AN_ADDRESS}@127.0.0.1:{port}"
        make_database(f"{address}/postgres", server)
        yield f"{address}/tongban%20one"
    finally:
        server.terminate()
        server.wait(30)


def initialise(binaries: Path, folder: Path, account: Account | None) -> None:
    secret = folder / "secret"
    secret.write_text(PASSWORD, encoding="utf-8")
    if account:
        for path in (folder, secret):
            os.chown(path, account.uid, account.gid)
    options = ["-D", folder / "data", "-U", "city", "--pwfile", secret, "-A", "scram-sha-256", "-N"]
    line = command([binaries / "initdb", *options, "-E", "UTF8", "--locale=C.UTF-8"], account, [folder])
    subprocess.run(line, check=True, capture_output=True, cwd="/")


def start(binaries: Path, folder: Path, account: Account | None, port: int) -> subprocess.Popen[bytes]:
    settings = {
        "port": str(port),
        "fsync": "off",
        "unix_socket_directories": "",
        "listen_addresses": "127.0.0.1",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    line = command([binaries / "postgres", "-D", folder / "data", *options], account, [folder])
    return subprocess.Popen(line, cwd="/", stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


def make_database(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute('CREATE DATABASE "tongban one"')
                return
        except psycopg.OperationalError:
            assert server.poll() is None
            time.sleep(0.1)
    pytest.fail("Debian's PostgreSQL did not start")


@pytest.fixture
def environment(debians_server: str, tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": debians_server,
        "TONGBAN_STATE": str(tmp_path / "state"),
        "TONGBAN_LANGUAGE": "en",
    }


def tongban(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "tongban", *arguments]
    return subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_tables_are_made_and_the_city_is_loaded(environment: dict[str, str], debians_server: str) -> None:
    assert tongban(environment, "db", "migrate").stdout == "The tables have been brought up to date.\n"
    assert tongban(environment, "db", "migrate").stdout == "The tables are up to date.\n"
    loaded = tongban(environment, "city", "load", "city/shanghai")
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    with psycopg.connect(debians_server) as connection:
        row = connection.execute("SELECT count(*) FROM catalogue_item").fetchone()
    assert row
    assert row[0] > 0


def test_the_embedded_server_is_left_alone(environment: dict[str, str]) -> None:
    tongban(environment, "db", "migrate")
    assert not (Path(environment["TONGBAN_STATE"]) / "postgres").exists()


@pytest.mark.parametrize("wrong", ["/nosuchdatabase", "x/tongban"])
def test_unreachable_database_is_said_in_a_sentence(environment: dict[str, str], wrong: str) -> None:
    address = environment["DATABASE_URL"].replace("/tongban%20one", wrong)
    said = tongban({**environment, "DATABASE_URL": address}, "db", "migrate")
    assert said.returncode == 1
    assert "DATABASE_URL" in said.stderr
    assert "Traceback" not in said.stderr


def test_psql_is_opened_on_it(environment: dict[str, str]) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "tongban", "db", "shell"],
        cwd=ROOT,
        env=environment,
        input="SELECT 6 * 7 AS answer;\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "42" in said.stdout, said.stderr


def test_setpriv_is_there() -> None:
    """Debian and Ubuntu always have it; the launcher needs it for root only."""
    assert os.geteuid() != 0 or shutil.which("setpriv")
