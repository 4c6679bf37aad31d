"""An exchange goes to a court, who checks it on another machine; a forged one is named; old content goes by law."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.factories import exchange
from tests.factories.tampering import tamper
from tongban.datahub.exchange import operations
from tongban.datahub.exchange.operations import sealing
from tongban.datahub.exchange.operations.naming import record_named
from tongban.datahub.exchange.types import Kind
from tongban.datahub.nodes import known
from tongban.datahub.nodes import operations as nodes
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.attestation import queries
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger import queries as ledger_queries
from tongban.kernel import clock
from tongban.runtime import boot
from tongban.runtime.cli import _court, main


@contextmanager
def _ready() -> Iterator[None]:
    yield


def tongban(*line: str) -> int:
    """Run a command in this process, on the test's database."""
    return main(line)


@pytest.fixture
def called(db: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of an exchange under a signed head."""
    monkeypatch.setattr(boot, "ready", _ready)
    monkeypatch.setattr(boot, "set_up_django", lambda: None)
    monkeypatch.setattr(sealing, "horizon", lambda: 1 << 62)
    monkeypatch.setenv("TONGBAN_LANGUAGE", "en")
    exchange.make_service()
    exchange.make_grant()
    answer = exchange.make_caller().call()
    operations.seal(at=clock.now())
    ledger.link_pending()
    attestation.sign_head(at=clock.now())
    return dict(answer.headers)["X-Road-Request-Id"]


def test_a_container_is_written_and_verified_without_a_database(
    called: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], django_db_blocker: Any
) -> None:
    file, root = tmp_path / "exchange.asice", tmp_path / "root.der"
    assert (
        tongban("exchange", "evidence", called, "-o", str(file), "--reason", "a court asks", "--by", "z-1")
        == 0
    )
    assert tongban("ledger", "root", str(root)) == 0
    capsys.readouterr()
    with django_db_blocker.block():
        assert tongban("ledger", "verify", str(file)) == 3
        said = capsys.readouterr().out
        assert said.startswith("No root certificate of the city was given")
        assert f"It holds: exchange {called}." in said and "signed with this key" in said
        assert "compare its fingerprint" in said
        assert tongban("ledger", "verify", str(file), "--root", str(root), "--json") == 0
        assert json.loads(capsys.readouterr().out)["holds"] is True
        file.write_bytes(file.read_bytes()[:-300])
        assert tongban("ledger", "verify", str(file)) == 1
        assert "no container" in capsys.readouterr().err


def test_a_forged_exchange_is_named(called: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert tongban("ledger", "verify") == 0
    assert "The exchanges hold: 2 records in 2 batches" in capsys.readouterr().out
    tamper("UPDATE exchange_record SET issue = 'another' WHERE id = %s", uuid.UUID(called))
    assert tongban("ledger", "verify") == 1
    assert f"Altered: call {called} (batch 1)." in capsys.readouterr().out
    assert tongban("ledger", "verify", "--json") == 1
    (difference,) = json.loads(capsys.readouterr().out)["exchanges"]["differences"]
    assert difference == {"change": "altered", "kind": "call", "batch": 1, "id": called}


def test_whoever_was_named_and_altered_is_named(called: str, capsys: pytest.CaptureFixture[str]) -> None:
    record_named(uuid.UUID(called), ["310101198506152345"], at=clock.now())
    operations.seal(at=clock.now())
    tamper("UPDATE exchange_named SET subject = sha256(subject)")
    assert tongban("ledger", "verify") == 1
    assert "Altered: person named in an answer " in capsys.readouterr().out


def test_what_a_signature_is_checked_by_is_named_where_it_was_altered(
    called: str, capsys: pytest.CaptureFixture[str]
) -> None:
    known.forget()
    nodes.become_city(name="市", address="http://127.0.0.1:1", by=exchange.OFFICER, at=clock.now())
    attestation.add_witness(code="pudong", name="浦东新区", root=b"root", at=clock.now())
    attestation.watch_log(log="pudong", root=b"root", at=clock.now())
    attestation.stamp_days(at=clock.now() + dt.timedelta(days=1))
    for statement in (
        "UPDATE nodes_node SET public = sha256(public)",
        "UPDATE attestation_witness SET root = sha256(root)",
        "UPDATE attestation_seen SET certificate = sha256(certificate)",
        "UPDATE attestation_stamp SET at = at - interval '1 day'",
    ):
        tamper(statement)
    assert tongban("ledger", "verify") == 1
    known.forget()
    said = capsys.readouterr().out
    for words in (
        "node city",
        "witnessing node pudong",
        "ledger witnessed by this node pudong",
        "stamp of the day 2",
    ):
        assert f"Altered: {words}" in said, said


def test_every_kind_that_is_sealed_has_a_word() -> None:
    assert set(_court.KINDS) == {one.value for one in Kind}


def test_a_witness_is_ended(called: str, capsys: pytest.CaptureFixture[str]) -> None:
    ended = ("ledger", "end-witness", "pudong", "--reason", "broken into", "--by", "z-1")
    assert tongban(*ended) == 1, "there is none"
    attestation.add_witness(code="pudong", name="浦东新区", root=b"root", at=clock.now())
    assert tongban(*ended) == 0
    assert "Witness pudong has ended" in capsys.readouterr().out
    act = ledger_queries.latest_act("attestation.witness_ended", "witness")
    assert act is not None and act.detail["reason"] == "broken into"


def test_content_is_purged_when_it_is_old(called: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert tongban("exchange", "purge", "--before", str(clock.today()), "--law", "个人信息保护法 47") == 1
    assert "three years" in capsys.readouterr().err
    assert tongban("exchange", "purge", "--before", "2020-01-01", "--law", "个人信息保护法 47") == 0
    said = capsys.readouterr().out
    assert "0 calls, 0 answers, 0 people named" in said and "0 calls between nodes" in said
    assert tongban("exchange", "purge", "--before", "2020-01-01", "--law", "x") != 0


def test_who_kept_a_head_sees_that_the_ledger_only_grew(
    called: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], django_db_blocker: Any
) -> None:
    kept, growth, root = tmp_path / "kept.json", tmp_path / "growth.json", tmp_path / "root.der"
    assert tongban("ledger", "keep", str(kept)) == 0
    exchange.make_caller("SH/GOV/scjg/other")
    ledger.link_pending()
    attestation.sign_head(at=clock.now())
    assert tongban("ledger", "growth", str(kept), "--out", str(growth)) == 0
    assert tongban("ledger", "root", str(root)) == 0
    capsys.readouterr()
    with django_db_blocker.block():
        assert tongban("ledger", "grown", str(kept), str(growth), "--root", str(root)) == 0
        assert "since then it only grew" in capsys.readouterr().out
        other = json.loads(kept.read_text("utf-8"))
        for change in ({"size": other["size"] - 1}, {"root": "00" * 32}, {"at": other["at"] + 1}):
            kept.write_text(json.dumps(other | change), "utf-8")
            assert tongban("ledger", "grown", str(kept), str(growth), "--root", str(root), "--json") == 1
        assert tongban("ledger", "grown", str(growth), str(kept), "--root", str(root)) == 1
    kept.write_text(json.dumps(other | {"size": other["size"] + 1000}), "utf-8")
    assert tongban("ledger", "growth", str(kept), "--out", str(growth)) == 1


def test_the_stamps_are_listed(called: str, capsys: pytest.CaptureFixture[str]) -> None:
    attestation.stamp_days(at=clock.now() + dt.timedelta(days=1))
    (stamp,) = queries.stamps()
    assert tongban("ledger", "stamps") == 0
    assert f"{stamp.day.isoformat()} {stamp.size} " in capsys.readouterr().out
