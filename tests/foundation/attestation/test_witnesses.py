"""Other nodes sign our heads beside us, and notice when the ledger does not begin with what they signed before."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection

from tests.factories.tampering import tamper
from tongban.foundation.attestation import operations, queries, rules
from tongban.foundation.attestation.errors import (
    CosignatureWrong,
    HeadNotSigned,
    HeadUnknown,
    LogRewritten,
    WitnessTaken,
    WitnessUnknown,
)
from tongban.foundation.attestation.types import Confirmed, Cosignature, Growth
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger import queries as ledger_queries
from tongban.foundation.ledger.types import Change, Drift, Head
from tongban.foundation.trust import operations as trust_operations
from tongban.foundation.trust import queries as trust
from tongban.kernel.types import Actor, Subject

CLERK, ITEM = Actor("staff", "z-17", "章"), Subject("item", "food-business-licence")
NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
PUDONG = Actor("operator", "pudong")
pytestmark = pytest.mark.django_db


def act(count: int = 1) -> None:
    for number in range(count):
        ledger.record(act="item.publish", subject=ITEM, by=CLERK, at=NOON, detail={"number": number})
    ledger.link_pending()
    operations.sign_head(at=NOON)


@pytest.fixture
def root() -> bytes:
    """The root of both nodes: here they are one, which is its own witness."""
    act()
    data = trust.root()
    assert data is not None
    operations.add_witness(code="pudong", name="浦东节点", root=data, by=CLERK, at=NOON)
    operations.watch_log(log="city", root=data, by=PUDONG, at=NOON)
    act()
    return data


def shown(since: int = 0) -> Growth:
    """Return what the witness is shown, as it comes over the wire."""
    growth = queries.growth(since)
    assert growth is not None
    return queries.read_growth(json.loads(json.dumps(queries.said_growth(growth))))


def cosigned(growth: Growth) -> Cosignature:
    made = operations.cosign(log="city", growth=growth, at=NOON)
    return queries.read_cosignature(json.loads(json.dumps(queries.said_cosignature(made))))


def test_a_witness_signs_what_grew_and_we_keep_it(root: bytes) -> None:
    growth = shown()
    size = growth.signed.head.size
    operations.witness(witness="pudong", size=size, made=cosigned(growth))
    (kept,) = queries.cosignatures(size)
    assert kept.witness.name == "浦东节点"
    assert queries.is_cosigned(growth.signed, kept.cosignature, root)
    operations.witness(witness="pudong", size=size, made=kept.cosignature)
    assert len(queries.cosignatures(size)) == 1 and queries.seen("city") == size
    entry = ledger_queries.entries(ITEM)[0]
    standing = queries.standing(entry.id)
    assert standing is not None and standing.holds and standing.signers == ("ledger", "pudong")
    act(5)
    again = shown(queries.seen("city"))
    assert again.signed.head.size == size + 5
    operations.witness(witness="pudong", size=size + 5, made=cosigned(again))


def test_a_witness_notices_a_rewritten_ledger(root: bytes) -> None:
    cosigned(shown())
    before = queries.seen("city")
    act(4)
    growth = shown(before)
    for forged in (
        replace(growth, path=growth.path[::-1] + growth.path[:1]),
        replace(growth, since=before - 1),
        Growth(queries.signed_heads()[-1], before, ()),
    ):
        with pytest.raises(LogRewritten):
            operations.cosign(log="city", growth=forged, at=NOON)
    assert queries.seen("city") == before
    found = ledger_queries.entries(Subject("witness", "city"))
    assert [one.act for one in found].count("attestation.log_rewritten") == 3
    cosigned(growth)


def test_a_head_that_its_node_did_not_sign_is_not_witnessed(root: bytes) -> None:
    growth = shown()
    signed = growth.signed
    other = replace(signed, head=Head(signed.head.size, bytes(32)))
    with pytest.raises(HeadNotSigned):
        operations.cosign(log="city", growth=replace(growth, signed=other), at=NOON)
    with pytest.raises(WitnessUnknown):
        operations.cosign(log="nobody", growth=growth, at=NOON)


def test_a_signature_that_is_none_is_refused(root: bytes) -> None:
    growth = shown()
    size, made = growth.signed.head.size, cosigned(growth)
    later = replace(made, at=made.at + dt.timedelta(seconds=1))
    for wrong in (later, replace(made, signature=b"0"), replace(made, certificate=root)):
        with pytest.raises(CosignatureWrong):
            operations.witness(witness="pudong", size=size, made=wrong)
    with pytest.raises(HeadUnknown):
        operations.witness(witness="pudong", size=size + 99, made=made)
    operations.end_witness(code="pudong", reason="节点停用", by=CLERK, at=NOON)
    with pytest.raises(WitnessUnknown):
        operations.witness(witness="pudong", size=size, made=made)
    with pytest.raises(WitnessUnknown):
        operations.end_witness(code="pudong", reason="节点停用", by=CLERK, at=NOON)
    with pytest.raises(WitnessTaken):
        operations.add_witness(code="pudong", name="别的节点", root=b"another", by=CLERK, at=NOON)
    with pytest.raises(WitnessTaken):
        operations.watch_log(log="city", root=b"another", by=PUDONG, at=NOON)
    operations.add_witness(code="pudong", name="浦东节点", root=root, by=CLERK, at=NOON)
    assert [one.ended_at for one in queries.witnesses()] == [None]


def test_each_day_that_is_over_has_its_last_head_stamped(root: bytes) -> None:
    last = queries.latest_head()
    assert last is not None and operations.stamp_days(at=NOON) == 0
    tomorrow = NOON + dt.timedelta(days=1)
    assert operations.stamp_days(at=tomorrow) == 1
    (stamp,) = queries.stamps()
    assert (stamp.day, stamp.size) == (dt.date(2026, 3, 2), last.head.size)
    assert queries.stamped_at(last, stamp.token, root) == tomorrow
    assert queries.stamped_at(replace(last, signature=b"0"), stamp.token, root) is None
    assert queries.stamp_over(last.head.size) == stamp
    assert queries.stamp_over(last.head.size + 1) is None
    ledger.record(act="item.publish", subject=ITEM, by=CLERK, at=tomorrow)
    ledger.link_pending()
    operations.sign_head(at=tomorrow)
    assert operations.stamp_days(at=tomorrow) == 0
    assert operations.stamp_days(at=NOON + dt.timedelta(days=9)) == 1
    assert [one.day for one in queries.stamps()] == [dt.date(2026, 3, 3), dt.date(2026, 3, 2)]


def test_who_signs_a_rewritten_head_with_all_our_keys_is_found_by_what_others_signed(root: bytes) -> None:
    growth = shown()
    size = growth.signed.head.size
    operations.witness(witness="pudong", size=size, made=cosigned(growth))
    operations.stamp_days(at=NOON + dt.timedelta(days=1))
    assert queries.doubts() == ()
    forged = Head(size, bytes(32))
    mark = trust_operations.sign_as_log(rules.signed_bytes(forged, NOON))
    tamper(
        "UPDATE attestation_head SET root = %s, signature = %s WHERE size = %s", forged.root, mark.value, size
    )
    found = [(one.size, one.by, one.who) for one in queries.doubts()]
    assert found == [(size, Confirmed.STAMP, ""), (size, Confirmed.WITNESS, "pudong")]


def test_who_rewrites_a_head_without_our_key_is_found_by_the_ledger_s_own_signature(root: bytes) -> None:
    size = shown().signed.head.size
    assert queries.doubts(root=root) == ()
    tamper("UPDATE attestation_head SET root = %s WHERE size = %s", bytes(32), size)
    assert [(one.size, one.by) for one in queries.doubts()] == [(size, Confirmed.SIGNATURE)]
    tamper("UPDATE attestation_head SET signer = %s WHERE size = %s", "0" * 64, size)
    assert [(one.size, one.by) for one in queries.doubts()] == [(size, Confirmed.SIGNATURE)]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM attestation_head WHERE size = (SELECT max(head_id) FROM attestation_cosignature)",
        "UPDATE attestation_cosignature SET head_id = head_id + 1000",
    ],
)
def test_a_signature_over_a_head_that_is_not_there_is_doubted(root: bytes, statement: str) -> None:
    growth = shown()
    operations.witness(witness="pudong", size=growth.signed.head.size, made=cosigned(growth))
    assert queries.doubts() == ()
    connection.check_constraints()
    assert tamper(statement) == 1
    assert [(one.by, one.who) for one in queries.doubts()] == [(Confirmed.WITNESS, "pudong")]


@pytest.mark.parametrize(
    ("kind", "change", "statement"),
    [
        ("witness", Change.ALTERED, "UPDATE attestation_witness SET root = sha256(root)"),
        ("witness", Change.ALTERED, "UPDATE attestation_witness SET name = 'another'"),
        ("witness", Change.ALTERED, "UPDATE attestation_witness SET added_at = added_at - interval '1 day'"),
        ("witness", Change.ALTERED, "UPDATE attestation_witness SET ended_at = now()"),
        ("witness", Change.MISSING, "DELETE FROM attestation_witness"),
        (
            "witness",
            Change.INSERTED,
            "INSERT INTO attestation_witness SELECT 'xuhui', name, root, added_at, NULL FROM attestation_witness",
        ),
        ("watched-log", Change.ALTERED, "UPDATE attestation_seen SET certificate = sha256(certificate)"),
        ("watched-log", Change.MISSING, "DELETE FROM attestation_seen"),
        (
            "watched-log",
            Change.INSERTED,
            "INSERT INTO attestation_seen SELECT 'xuhui', certificate, size, root, at FROM attestation_seen",
        ),
    ],
)
def test_under_whose_root_a_signature_is_checked_is_held(
    root: bytes, kind: str, change: Change, statement: str
) -> None:
    assert queries.audit_witnesses() == ()
    assert tamper(statement) == 1
    assert [(one.kind, one.change) for one in queries.audit_witnesses()] == [(kind, change)]


@pytest.mark.parametrize(
    ("change", "statement"),
    [
        (Change.ALTERED, "UPDATE attestation_stamp SET token = token || token"),
        (Change.ALTERED, "UPDATE attestation_stamp SET at = at - interval '1 day'"),
        (Change.ALTERED, "UPDATE attestation_stamp SET head_id = 1"),
        (Change.MISSING, "DELETE FROM attestation_stamp"),
    ],
)
def test_a_stamp_is_as_the_ledger_says(root: bytes, change: Change, statement: str) -> None:
    assert operations.stamp_days(at=NOON + dt.timedelta(days=1)) == 1
    assert queries.audit_stamps() == ()
    assert tamper(statement) == 1
    assert queries.audit_stamps() == (Drift("day-stamp", "2026-03-02", change),)


def test_a_witness_that_ended_and_came_again_is_as_the_ledger_says(root: bytes) -> None:
    for hours, name in ((1, "浦东节点"), (2, "浦东新区节点")):
        at = NOON + dt.timedelta(hours=hours)
        operations.end_witness(code="pudong", reason="broken into", by=CLERK, at=at)
        assert queries.audit_witnesses() == ()
        operations.add_witness(code="pudong", name=name, root=root, by=CLERK, at=at)
        operations.add_witness(code="pudong", name="x", root=root, by=CLERK, at=at)
        operations.watch_log(log="city", root=root, by=PUDONG, at=at)
        assert queries.audit_witnesses() == ()


@pytest.mark.parametrize("table", ["attestation_cosignature", "attestation_stamp"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET suite = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_attestation_append_only(table: str, statement: str) -> None:
    with pytest.raises(IntegrityError, match="ledger_append_only"), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
