"""Whoever passes the triggers is found, and which exchange it was; what the law lets go leaves no difference."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.exchange import CONSUMER, OFFICER, PROVIDER, Caller
from tests.factories.tampering import tamper
from tongban.datahub.exchange import models, operations, queries
from tongban.datahub.exchange.errors import KeptLonger, LawMissing
from tongban.datahub.exchange.operations import purging, sealing
from tongban.datahub.exchange.operations.naming import record_named
from tongban.datahub.exchange.types import Change, ExchangeAudit, Kind
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.ledger import operations as ledger
from tongban.kernel import clock

LAW = "个人信息保护法第四十七条：保存期限已届满"
Sealed = list[uuid.UUID]


@pytest.fixture
def calls(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Sealed:
    """Five calls in two batches of calls and two of answers, under a signed head."""
    monkeypatch.setattr(sealing, "horizon", lambda: 1 << 62)
    monkeypatch.setattr(sealing, "SIZE", 3)
    answers = [caller.call() for _ in range(5)]
    operations.seal(at=clock.now())
    ledger.link_pending()
    attestation.sign_head(at=clock.now())
    return [uuid.UUID(dict(one.headers)["X-Road-Request-Id"]) for one in answers]


def audited(**wanted: Any) -> ExchangeAudit:
    """Return the audit, which has to have found exactly this."""
    found = queries.audit_exchanges()
    assert [(one.change, one.kind, one.id) for one in found.differences] == wanted.get("differences", [])
    return found


def test_untouched_exchanges_hold(calls: Sealed) -> None:
    found = audited()
    assert (found.batches, found.sealed, found.purged, found.pending) == (4, 10, 0, 0)


CHANGES = {
    "who called": "UPDATE exchange_record SET consumer = 'SH/GOV/x/y' WHERE id = %s",
    "which grant": 'UPDATE exchange_record SET "grant" = gen_random_uuid() WHERE id = %s',
    "when": "UPDATE exchange_record SET at = at + interval '1 microsecond' WHERE id = %s",
    "the outcome": "UPDATE exchange_record SET outcome = 'AccessDenied' WHERE id = %s",
    "for which case": "UPDATE exchange_record SET issue = 'another' WHERE id = %s",
    "whose data": "UPDATE exchange_record SET subject = NULL WHERE id = %s",
    "what was signed": "UPDATE exchange_record SET signed = substr(signed, 2) WHERE id = %s",
    "the signature": "UPDATE exchange_record SET signature = substr(signature, 2) || '\\x00' WHERE id = %s",
    "the number used once": "UPDATE exchange_record SET nonce = 'another' WHERE id = %s",
}
ANSWERS = {
    "the status": "UPDATE exchange_answer SET status = 500 WHERE record = %s",
    "how much": "UPDATE exchange_answer SET size = size + 1 WHERE record = %s",
    "what was answered": "UPDATE exchange_answer SET digest = sha256(digest) WHERE record = %s",
}


@pytest.mark.law("exchange-sealed")
@pytest.mark.parametrize("change", CHANGES)
def test_an_altered_record_is_named(calls: Sealed, change: str) -> None:
    assert tamper(CHANGES[change], calls[3]) == 1
    audited(differences=[(Change.ALTERED, Kind.CALL, calls[3])])
    proof = queries.proof_of(calls[3])
    assert proof is not None and not proof.holds
    other = queries.proof_of(calls[2])
    assert other is not None and other.holds


@pytest.mark.parametrize("change", ANSWERS)
def test_an_altered_answer_is_named(calls: Sealed, change: str) -> None:
    assert tamper(ANSWERS[change], calls[0]) == 1
    audited(differences=[(Change.ALTERED, Kind.ANSWER, calls[0])])


def test_a_record_taken_away_is_named(calls: Sealed) -> None:
    tamper("DELETE FROM exchange_record WHERE id = %s", calls[1])
    audited(differences=[(Change.MISSING, Kind.CALL, calls[1])])
    assert queries.proof_of(calls[1]) is None


COPY = """
INSERT INTO exchange_record SELECT %s, signed_at, at, key, 'another', consumer, provider, service, outcome, "grant",
    message_id, "user", issue, subject, signed, signature, xact FROM exchange_record WHERE id = %s
"""


def test_a_record_slipped_in_is_named(calls: Sealed) -> None:
    """Among the sealed ones, and before all of them; one with the id of another, too."""
    slipped = uuid.UUID(int=calls[4].int - 1)
    tamper(COPY, slipped, calls[4])
    audited(differences=[(Change.INSERTED, Kind.CALL, slipped)])
    tamper("UPDATE exchange_record SET xact = -7 WHERE id = %s", slipped)
    audited(differences=[(Change.INSERTED, Kind.CALL, slipped)])
    tamper("DELETE FROM exchange_record WHERE id = %s", slipped)
    tamper(COPY, calls[4], calls[4])
    audited(differences=[(Change.INSERTED, Kind.CALL, calls[4])])


def test_a_batch_that_was_taken_away_and_made_anew_is_named(calls: Sealed) -> None:
    """The sealer goes on from the last batch there is: it seals again what somebody has altered meanwhile."""
    tamper(CHANGES["who called"], calls[4])
    assert tamper("DELETE FROM exchange_batch WHERE number > 1") == 3
    operations.seal(at=clock.now())
    assert models.Batch.objects.count() == 4
    found = audited(differences=[(Change.BATCH_ALTERED, Kind.CALL, None)])
    assert [one.batch for one in found.differences] == [2]


def test_a_record_moved_behind_what_is_sealed_is_missing_where_it_was(calls: Sealed) -> None:
    tamper("UPDATE exchange_record SET xact = xact + 1000 WHERE id = %s", calls[0])
    assert audited(differences=[(Change.MISSING, Kind.CALL, calls[0])]).pending == 1


def test_who_rewrites_the_batch_too_contradicts_the_ledger(calls: Sealed) -> None:
    tamper("UPDATE exchange_record SET consumer = 'SH/GOV/x/y' WHERE id = %s", calls[0])
    rows = queries.audit_exchanges()
    assert rows.differences[0].change is Change.ALTERED
    tamper("UPDATE exchange_batch SET leaves = sha256(leaves) || substr(leaves, 33) WHERE number = 1")
    found = {(one.change, one.batch) for one in queries.audit_exchanges().differences}
    assert (Change.BATCH_ALTERED, 1) in found


@pytest.mark.parametrize(
    ("statement", "change", "number"),
    [
        ("DELETE FROM exchange_batch WHERE number = 2", Change.BATCH_MISSING, 2),
        ("DELETE FROM exchange_batch WHERE number = 4", Change.BATCH_MISSING, 4),
        ("UPDATE exchange_batch SET number = 9 WHERE number = 4", Change.BATCH_INSERTED, 9),
        ("UPDATE exchange_batch SET entry = gen_random_uuid() WHERE number = 3", Change.BATCH_INSERTED, 3),
        ("UPDATE exchange_batch SET kind = 'named' WHERE number = 1", Change.BATCH_ALTERED, 1),
        ("UPDATE exchange_batch SET root = sha256(root) WHERE number = 1", Change.BATCH_ALTERED, 1),
        ("UPDATE exchange_batch SET size = size + 1 WHERE number = 2", Change.BATCH_ALTERED, 2),
        ("UPDATE exchange_batch SET at = at + interval '1 day' WHERE number = 3", Change.BATCH_ALTERED, 3),
        ("UPDATE exchange_batch SET last_xact = last_xact + 1 WHERE number = 2", Change.BATCH_ALTERED, 2),
        ("UPDATE exchange_batch SET last_id = gen_random_uuid() WHERE number = 4", Change.BATCH_ALTERED, 4),
    ],
)
def test_a_batch_that_is_not_what_the_ledger_says_is_named(
    calls: Sealed, statement: str, change: Change, number: int
) -> None:
    assert tamper(statement) == 1
    assert (change, number) in {(one.change, one.batch) for one in queries.audit_exchanges().differences}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("kind = 'other'", "exchange_batch_kind"),
        ("last_xact = b.last_xact, last_id = b.last_id", "exchange_batch_in_order"),
    ],
)
def test_batches_of_a_kind_follow_each_other(calls: Sealed, change: str, name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        tamper(
            f"UPDATE exchange_batch a SET {change} FROM exchange_batch b WHERE a.number = 2 AND b.number = 1"
        )


def test_batches_are_append_only(calls: Sealed) -> None:
    """exchange_append_only."""
    for statement in (
        "UPDATE exchange_batch SET size = 1",
        "DELETE FROM exchange_batch",
        "TRUNCATE exchange_batch",
    ):
        with pytest.raises(IntegrityError, match="exchange_append_only"), transaction.atomic():
            connection.cursor().execute(statement)


class TestPurging:
    """What the law lets go."""

    @pytest.fixture
    def old(self, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Sealed:
        """Two calls of five years ago, and one of today, sealed."""
        monkeypatch.setattr(sealing, "horizon", lambda: 1 << 62)
        answers = [caller.call(headers={"x-road-issue": "SH2026-1"}) for _ in range(3)]
        ids = [uuid.UUID(dict(one.headers)["X-Road-Request-Id"]) for one in answers]
        for id in ids:
            record_named(id, ["310101198506152345"], at=clock.now())
        for table, id in (
            ("exchange_record", "id"),
            ("exchange_answer", "record"),
            ("exchange_named", "record"),
        ):
            tamper(f"UPDATE {table} SET at = at - interval '5 years' WHERE {id} = ANY(%s)", ids[:2])
        operations.seal(at=clock.now())
        ledger.link_pending()
        attestation.sign_head(at=clock.now())
        return ids

    @pytest.mark.law("exchange-kept-three-years")
    def test_content_goes_and_the_proof_stays(self, old: Sealed) -> None:
        now = clock.now()
        before = now - dt.timedelta(days=4 * 365)
        counts = operations.purge(before=before, law=LAW, kept=[old[1]], by=OFFICER, at=now)
        assert counts == {Kind.CALL: 1, Kind.ANSWER: 1, Kind.NAMED: 1}
        row = models.Record.objects.get(id=old[0])
        assert (row.message_id, row.issue, row.subject, bytes(row.signature)) == ("", "", None, b"")
        assert row.consumer and row.grant
        assert models.Record.objects.get(id=old[1]).issue == "SH2026-1"
        assert audited().purged == 3
        for id in old:
            proof = queries.proof_of(id)
            assert proof is not None and proof.holds
        assert operations.purge(before=before, law=LAW, kept=[old[1]], by=OFFICER, at=now)[Kind.CALL] == 0

    def test_many_go_in_batches(self, old: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(purging, "BATCH", 1)
        now = clock.now()
        counts = operations.purge(before=now - dt.timedelta(days=4 * 365), law=LAW, by=OFFICER, at=now)
        assert counts == {Kind.CALL: 2, Kind.ANSWER: 2, Kind.NAMED: 2}
        assert audited().purged == 6

    def test_what_is_left_of_it_is_still_protected(self, old: Sealed) -> None:
        now = clock.now()
        operations.purge(before=now - dt.timedelta(days=4 * 365), law=LAW, by=OFFICER, at=now)
        tamper("UPDATE exchange_record SET consumer = 'SH/GOV/x/y' WHERE id = %s", old[0])
        audited(differences=[(Change.ALTERED, Kind.CALL, old[0])])

    def test_who_empties_it_without_a_purge_is_found(self, old: Sealed) -> None:
        """Even one who knows what the content was committed to."""
        now = clock.now()
        with pytest.raises(RuntimeError), transaction.atomic():
            operations.purge(before=now - dt.timedelta(days=4 * 365), law=LAW, by=OFFICER, at=now)
            (signed,) = models.Record.objects.filter(id=old[0]).values_list("signed", flat=True)
            raise RuntimeError
        empty = "UPDATE exchange_record SET message_id='', \"user\"='', issue='', subject=NULL, signed=%s, signature=''"
        tamper(f"{empty} WHERE id = %s", bytes(signed), old[0])
        audited(differences=[(Change.EMPTIED, Kind.CALL, old[0])])

    def test_nothing_younger_than_three_years_and_nothing_without_a_law(self, old: Sealed) -> None:
        now = clock.now()
        with pytest.raises(KeptLonger):
            operations.purge(before=now - dt.timedelta(days=2 * 365), law=LAW, by=OFFICER, at=now)
        for law in (" ", "x", "个人信息保护法", "47"):
            with pytest.raises(LawMissing):
                operations.purge(before=now - dt.timedelta(days=4 * 365), law=law, by=OFFICER, at=now)

    def test_what_other_nodes_told_goes_too(self, old: Sealed) -> None:
        now = clock.now()
        before = now - dt.timedelta(days=4 * 365)
        long_ago = now - dt.timedelta(days=5 * 365)
        ids = [uuid.uuid4() for _ in range(3)]
        for id, at in zip(ids, (long_ago, long_ago, now), strict=True):
            models.Elsewhere.objects.create(
                node="pudong", id=id, subject=b"x", signed_at=at, at=at, consumer=CONSUMER, provider=PROVIDER,
                service="person", user="wang", issue="SH2026-1",
            )  # fmt: skip
        with pytest.raises(LawMissing):
            operations.purge_elsewhere(before=before, law="x", by=OFFICER, at=now)
        assert operations.purge_elsewhere(before=before, law=LAW, kept=[ids[1]], by=OFFICER, at=now) == 1
        assert set(models.Elsewhere.objects.values_list("id", flat=True)) == set(ids[1:])
        audited()

    @pytest.mark.parametrize(
        "change",
        [
            "consumer = 'x', message_id='', \"user\"='', issue='', subject=NULL, signed=sha256(''), signature=''",
            "issue = 'another'",
            "at = now()",
        ],
    )
    def test_the_database_lets_nothing_else_be_changed(self, old: Sealed, change: str) -> None:
        """exchange_append_only: whoever says that he purges is looked at row by row."""
        for id in old[::2]:
            with (
                pytest.raises(IntegrityError, match="exchange_append_only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute("SET LOCAL tongban.purge = 'on'")
                cursor.execute(f"UPDATE exchange_record SET {change} WHERE id = %s", [id])
