"""What happens to a licence after it was issued, by whom, and what is kept of it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.factories.cases import CLERK, DECIDER, FIRE, HALL, POLICE, POSTS
from tests.factories.catalogue import DEPARTMENTS, DISTRICTS
from tests.services.licences.conftest import NOON, Granting
from tongban.foundation.government import operations as government
from tongban.foundation.government.types import StaffMember
from tongban.foundation.ledger.models import Record
from tongban.foundation.outbox.models import Happened
from tongban.kernel.errors import Conflict, Invalid, NotAllowed
from tongban.kernel.types import SYSTEM, Actor
from tongban.services.licences import operations, queries
from tongban.services.licences.errors import LicenceUnknown
from tongban.services.licences.types import Act, Correction, LicenceState, Line

pytestmark = pytest.mark.django_db
WHY = {"law": "行政处罚法 9(三)", "reason": "超出许可范围经营"}


@pytest.fixture
def licence(grant: Granting) -> uuid.UUID:
    return operations.issue(grant=grant(), by=SYSTEM, at=NOON)


def state(id: uuid.UUID, at: dt.datetime = NOON) -> LicenceState:
    return queries.get_licence(id, at=at).state


def test_suspended_resumed_withdrawn_struck_off(licence: uuid.UUID) -> None:
    for act, after in (
        (operations.suspend, LicenceState.SUSPENDED), (operations.resume, LicenceState.VALID),
        (operations.withdraw, LicenceState.WITHDRAWN), (operations.cancel, LicenceState.CANCELLED),
    ):  # fmt: skip
        act(id=licence, **WHY, by=DECIDER, at=NOON)
        assert state(licence) is after
    changes = queries.changes_of(licence)
    assert [one.act for one in changes] == [Act.ISSUE, Act.SUSPEND, Act.RESUME, Act.WITHDRAW, Act.CANCEL]
    assert all(one.law and one.reason for one in changes[1:])
    assert (
        Record.objects.filter(act__in=["licence.suspend", "licence.cancel"], actor_id=DECIDER.id).count() == 2
    )
    assert Happened.objects.filter(name="licence.changed").count() == 4


@pytest.mark.parametrize("by", [CLERK, POLICE, Actor("person", str(uuid.uuid4()))])
def test_only_those_who_decide_at_the_issuing_body_may(licence: uuid.UUID, by: Actor) -> None:
    with pytest.raises(NotAllowed):
        operations.revoke(id=licence, **WHY, by=by, at=NOON)
    assert state(licence) is LicenceState.VALID


def test_nothing_without_a_reason_and_nothing_twice(licence: uuid.UUID) -> None:
    with pytest.raises(Invalid):
        operations.revoke(id=licence, law="行政许可法 69", reason="", by=DECIDER, at=NOON)
    operations.revoke(id=licence, **WHY, by=DECIDER, at=NOON)
    with pytest.raises(Conflict, match="已撤销"):
        operations.revoke(id=licence, **WHY, by=DECIDER, at=NOON)
    with pytest.raises(LicenceUnknown):
        operations.revoke(id=uuid.uuid4(), **WHY, by=DECIDER, at=NOON)


@pytest.mark.law("licence-expires")
def test_an_expired_licence_can_only_be_taken_back_or_struck_off(licence: uuid.UUID) -> None:
    later = NOON.replace(year=2031)
    assert state(licence, later) is LicenceState.EXPIRED
    with pytest.raises(Conflict, match="超出有效期"):
        operations.suspend(id=licence, **WHY, by=DECIDER, at=later)
    operations.cancel(id=licence, law="行政许可法 70(一)", reason="有效期届满未延续", by=SYSTEM, at=later)
    assert queries.changes_of(licence)[-1].before is LicenceState.EXPIRED


def test_a_correction_is_a_new_version_with_the_same_number(licence: uuid.UUID) -> None:
    face = (Line("法定代表人", "沈知行"), Line("经营场所", "漕溪北路 399 号"))
    newer = operations.correct(
        id=licence,
        correction=Correction(face=face),
        law="行政许可法 49",
        reason="门牌号写错",
        by=DECIDER,
        at=NOON,
    )
    before, after = queries.get_licence(licence), queries.get_licence(newer)
    assert (before.state, after.state) == (LicenceState.CORRECTED, LicenceState.VALID)
    assert (after.number, after.version, after.replaces) == (before.number, 2, licence)
    assert after.identifier != before.identifier
    assert after.face == face
    assert queries.verify_record(newer)
    assert [one.id for one in queries.licences_of(after.holder)] == [newer]
    assert queries.verify(before.identifier, before.code).newer == after.identifier
    assert queries.verify(before.number, after.code).version == 2
    with pytest.raises(Conflict, match="已更正"):
        operations.cancel(id=licence, **WHY, by=DECIDER, at=NOON)


@pytest.mark.parametrize(
    "correction",
    [
        Correction(),
        Correction(holder_name="上海梧桐里餐饮管理有限公司"),
        Correction(valid_until=dt.date(2000, 1, 1)),
    ],
)
def test_a_correction_corrects_something(licence: uuid.UUID, correction: Correction) -> None:
    with pytest.raises(Invalid):
        operations.correct(id=licence, correction=correction, **WHY, by=DECIDER, at=NOON)
    assert state(licence) is LicenceState.VALID


def test_who_decides_in_another_district_neither_reads_nor_changes_it(licence: uuid.UUID) -> None:
    here, there = (Actor("staff", f"s-{code}") for code in ("here", "there"))
    post_deciders({here: "310104", there: "310105"})
    for act in (operations.suspend, operations.revoke, operations.withdraw, operations.cancel):
        with pytest.raises(NotAllowed):
            act(id=licence, **WHY, by=there, at=NOON)
    for read in (queries.own_licence, queries.sharings_of):
        with pytest.raises(LicenceUnknown):
            read(licence, by=there, at=NOON)
    assert queries.own_licence(licence, by=here, at=NOON).district == "310104"
    operations.suspend(id=licence, **WHY, by=here, at=NOON)
    assert state(licence) is LicenceState.SUSPENDED


def post_deciders(districts: dict[Actor, str]) -> None:
    """Have market regulation's deciders work for one district each."""
    staff = [
        StaffMember(code=by.id, name=by.id, posts=("market-decide",), districts=(district,))
        for by, district in districts.items()
    ]
    government.load_government(
        departments=(*DEPARTMENTS, HALL, FIRE),
        districts=DISTRICTS,
        posts=POSTS,
        staff=staff,
        by=SYSTEM,
        at=NOON,
    )
