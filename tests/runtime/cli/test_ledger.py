"""A court gets a file and checks it on its own machine; whoever changed the ledger is named by a place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tongban.runtime.environment import ROOT

Tongban = Callable[..., "subprocess.CompletedProcess[str]"]
REWRITE = """
SET session_replication_role = replica;
UPDATE ledger_record SET actor_id = 'nobody' WHERE id = (SELECT record_id FROM ledger_link WHERE number = 1)
"""
FORGE = """
SET session_replication_role = replica;
DELETE FROM ledger_record WHERE id = (SELECT record_id FROM ledger_link WHERE number = 2);
INSERT INTO ledger_record SELECT gen_random_uuid(), at, actor_kind, 'somebody', '', act, subject_kind, subject_id, detail, digest
    FROM ledger_record LIMIT 1;
UPDATE attestation_head SET root = sha256(root) WHERE size = 3
"""
ACT = """
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM, Subject
from tongban.runtime import boot
with boot.ready():
    from tongban.foundation.ledger import operations
    for number in range(3):
        operations.record(act="item.publish", subject=Subject("item", "a"), by=SYSTEM, at=clock.now(), detail={"的": number})
"""


@pytest.fixture(scope="module")
def database(database_server: str) -> Iterator[str]:
    name = f"test_tongban_ledger_{os.getpid()}"
    with closing(psycopg.connect(database_server, autocommit=True)) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        yield database_server.rpartition("/")[0] + f"/{name}"
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def tongban(database: str, tmp_path: Path) -> Tongban:
    def run(*line: str, away: bool = False, program: str = "") -> subprocess.CompletedProcess[str]:
        variables = {**os.environ, "TONGBAN_LANGUAGE": "en", "TONGBAN_STATE": str(tmp_path / "state")}
        variables["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none" if away else database
        return subprocess.run(
            [sys.executable, *(("-c", program) if program else ("-m", "tongban", *line))],
            cwd=ROOT, env=variables, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    return run


@pytest.mark.slow
def test_evidence_goes_to_a_court_and_a_changed_ledger_is_found(
    tongban: Tongban, database: str, tmp_path: Path
) -> None:
    made = tongban(program=ACT)
    assert made.returncode == 0, made
    head = json.loads(tongban("ledger", "head", "--json").stdout)
    assert head["size"] == 3
    file, root = tmp_path / "evidence.json", tmp_path / "root.der"
    with psycopg.connect(database) as connection:
        (record,) = connection.execute("SELECT record_id FROM ledger_link WHERE number = 1").fetchone() or (
            "",
        )
    assert tongban("ledger", "prove", str(record), "--out", str(file)).returncode == 0
    assert tongban("ledger", "root", str(root)).returncode == 0

    held = tongban("ledger", "verify", str(file), "--root", str(root), away=True)
    assert (held.returncode, "It holds" in held.stdout) == (0, True), held
    by_itself = tongban("ledger", "verify", str(file), away=True)
    assert by_itself.returncode == 3 and "compare its fingerprint" in by_itself.stdout
    changed = file.read_text("utf-8").replace('"的": ', '"的": 1')
    (tmp_path / "changed.json").write_text(changed, encoding="utf-8")
    refused = tongban("ledger", "verify", str(tmp_path / "changed.json"), "--json", away=True)
    assert refused.returncode == 1 and json.loads(refused.stdout)["holds"] is False

    assert tongban("ledger", "verify").returncode == 0
    with psycopg.connect(database) as connection:
        for statement in REWRITE.split(";"):
            connection.execute(statement)
    found = tongban("ledger", "verify", "--json")
    assert found.returncode == 1 and json.loads(found.stdout)["differences"] == [
        {"change": "altered", "first": 1, "last": 1, "record": str(record)}
    ]
    with psycopg.connect(database) as connection:
        for statement in FORGE.split(";"):
            connection.execute(statement)
    said = tongban("ledger", "verify", "--root", str(root))
    assert said.returncode == 1
    for sentence in (
        f"Altered: number 1, record {record}.", "Taken away: number 2, record ", "Without a place: record ",
        "The head of 3 records of", "is not signed by the ledger's key",
    ):  # fmt: skip
        assert sentence in said.stdout, said.stdout


@pytest.mark.slow
def test_what_is_no_evidence_is_said_in_a_sentence(tongban: Tongban, tmp_path: Path) -> None:
    (tmp_path / "nothing.json").write_text("{}", encoding="utf-8")
    for file in ("nothing.json", "not-there.json"):
        said = tongban("ledger", "verify", str(tmp_path / file), away=True)
        assert said.returncode == 1 and "Traceback" not in said.stderr and said.stderr.strip()
