"""Every exchange becomes a leaf of the ledger, once: also when a sealer dies on the way, or two are at it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection

from tests.factories.exchange import Caller
from tests.factories.tampering import as_superuser
from tongban.datahub.exchange import models, operations, queries
from tongban.datahub.exchange.operations import sealing
from tongban.datahub.exchange.rules import sealing as rules
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.ledger import operations as ledger
from tongban.kernel import clock

RECORD = """
INSERT INTO exchange_record (id, signed_at, at, key, nonce, consumer, provider, service, outcome, message_id, "user",
    issue, signed, signature)
VALUES (%s, now(), now(), 1, %s, 'SH/GOV/a/b', 'SH/GOV/c/d', 'person', 'AccessDenied', '1', '', '', 'x', 'y')
"""


# What was assigned before this statement began is still running, and then stands here, or is over.
HORIZON = """
SELECT exchange_era() - 1 + coalesce(
    (SELECT min(backend_xid::text::bigint) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'),
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
"""


@contextmanager
def other_connection() -> Iterator[psycopg.Connection[Any]]:
    """Give a connection beside Django's."""
    parameters = connection.get_connection_params()
    wanted = {
        name: parameters[name]
        for name in ("dbname", "user", "password", "host", "port")
        if name in parameters
    }
    with psycopg.connect(**wanted, autocommit=True) as other:
        yield other


def recorded(count: int) -> list[uuid.UUID]:
    """Record calls as the gateway does, and return their ids."""
    ids = [uuid.uuid4() for _ in range(count)]
    with connection.cursor() as cursor:
        for id in ids:
            cursor.execute(RECORD, [id, id.hex])
    return ids


def sealed() -> list[uuid.UUID]:
    """Return the ids in all batches, as often as they are there."""
    joined = b"".join(bytes(ids) for ids in models.Batch.objects.values_list("ids", flat=True))
    return [uuid.UUID(bytes=joined[at : at + 16]) for at in range(0, len(joined), 16)]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take what the test's own transaction has written as certain."""
    monkeypatch.setattr(sealing, "horizon", lambda: 1 << 62)


def called(caller: Caller, count: int = 1) -> list[uuid.UUID]:
    """Make calls and return their ids."""
    answers = [caller.call() for _ in range(count)]
    return [uuid.UUID(dict(one.headers)["X-Road-Request-Id"]) for one in answers]


def signed() -> None:
    ledger.link_pending()
    attestation.sign_head(at=clock.now())


@pytest.mark.usefixtures("at_once")
def test_an_exchange_has_a_proof_once_it_is_sealed(caller: Caller) -> None:
    ids = called(caller, 3)
    assert queries.proof_of(ids[0]) is None
    assert operations.seal(at=clock.now()) == 6
    proof = queries.proof_of(ids[1])
    assert proof is not None and (proof.number, proof.head_at, proof.holds) == (None, None, False)
    signed()
    for index, id in enumerate(ids):
        proof = queries.proof_of(id)
        assert proof is not None and proof.holds and proof.answer is not None
        assert (proof.call.index, proof.call.size, proof.signers) == (index, 3, ("ledger",))
        assert proof.number and proof.head_size and proof.number <= proof.head_size
    assert operations.seal(at=clock.now()) == 0
    assert queries.proof_of(uuid.uuid4()) is None


@pytest.mark.usefixtures("at_once")
def test_a_restored_copy_counts_on_from_what_is_on_record(caller: Caller) -> None:
    """A new cluster's transactions begin at one: what is recorded there must not lie before what is sealed."""
    first = called(caller)
    assert not operations.begin_era(at=clock.now())
    with as_superuser() as cursor:
        cursor.execute("UPDATE exchange_record SET xact = xact + 1000000")
        cursor.execute("UPDATE exchange_answer SET xact = xact + 1000000")
    operations.seal(at=clock.now())
    assert operations.begin_era(at=clock.now())
    assert not operations.begin_era(at=clock.now())
    later = called(caller)
    assert operations.seal(at=clock.now()) == 2
    signed()
    for id in first + later:
        proof = queries.proof_of(id)
        assert proof is not None and proof.holds


def test_what_a_transaction_writes_that_is_under_way_is_not_certain(caller: Caller) -> None:
    called(caller)
    written = min(models.Record.objects.values_list("xact", flat=True))
    assert sealing.horizon() < written
    assert operations.seal(at=clock.now()) == 0


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have only this database's transactions count: those of tests beside this one, on the same server, go on for long."""

    def horizon() -> int:
        with connection.cursor() as cursor:
            cursor.execute(HORIZON)
            return int(cursor.fetchone()[0])

    monkeypatch.setattr(sealing, "horizon", horizon)


@pytest.mark.law("exchange-sealed")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("here")
class TestOnce:
    """With transactions of their own."""

    def test_what_is_not_certainly_over_is_left_to_the_next(self) -> None:
        """A call that commits after a later one has been sealed is not skipped."""
        with other_connection() as other, other.transaction():
            other.execute(RECORD, [uuid.uuid4(), "early"])
            late = uuid.uuid4()
            with connection.cursor() as cursor:
                cursor.execute(RECORD, [late, "late"])
            assert operations.seal(at=clock.now()) == 0
        assert operations.seal(at=clock.now()) == 2
        assert operations.seal(at=clock.now()) == 0

    @pytest.mark.parametrize("step", ["said_batch", "leaves_of"])
    def test_a_sealer_that_dies_has_sealed_nothing(self, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
        ids = recorded(7)

        def die(*_: object) -> None:
            raise RuntimeError(step)

        with monkeypatch.context() as patch, pytest.raises(RuntimeError):
            patch.setattr(rules, step, die)
            operations.seal(at=clock.now())
        assert sealed() == []
        operations.seal(at=clock.now())
        assert sorted(sealed()) == sorted(ids)

    def test_a_sealer_whose_connection_is_cut_has_sealed_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ids = recorded(3)
        write = sealing._write

        def cut(*said: object) -> None:
            write(*said)  # type: ignore[arg-type]
            with other_connection() as other:
                other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
            write(*said)  # type: ignore[arg-type]

        with monkeypatch.context() as patch, pytest.raises(DatabaseError):
            patch.setattr(sealing, "_write", cut)
            operations.seal(at=clock.now())
        connection.close()
        assert sealed() == []
        operations.seal(at=clock.now())
        assert sorted(sealed()) == sorted(ids)

    def test_another_sealer_at_work_is_left_to_it(self) -> None:
        ids = recorded(2)
        with other_connection() as other, other.transaction():
            other.execute("SELECT pg_advisory_xact_lock(%s)", [sealing.SEALER_LOCK])
            assert operations.seal(at=clock.now()) == 0
        assert operations.seal(at=clock.now()) == 2
        assert sorted(sealed()) == sorted(ids)

    def test_sealers_and_callers_side_by_side_seal_each_record_once(self) -> None:
        ids: list[uuid.UUID] = []

        def record() -> None:
            for _ in range(8):
                ids.extend(recorded(5))
            connection.close()

        def seal() -> None:
            for _ in range(12):
                operations.seal(at=clock.now())
            connection.close()

        threads = [threading.Thread(target=work) for work in (record, record, seal, seal)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(60)
        while operations.seal(at=clock.now()):
            pass
        assert len(ids) == 80
        assert sorted(sealed()) == sorted(ids)
