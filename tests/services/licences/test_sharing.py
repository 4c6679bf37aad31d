"""Showing a licence to somebody for a while: only its holder may, only for so long, and it can be taken back."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from tests.factories.cases import DECIDER, Cast
from tests.services.licences.conftest import NOON, Granting
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.ledger.models import Record
from tongban.kernel.errors import Invalid
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.services.disclosures import queries as disclosures
from tongban.services.disclosures.types import Kind, Wanted
from tongban.services.licences import models, operations, queries
from tongban.services.licences.errors import LicenceUnknown, SharingOver
from tongban.services.licences.types import LicenceState

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def licence(cast: Cast, grant: Granting) -> uuid.UUID:
    return operations.issue(grant=grant(holder=cast.subject), by=SYSTEM, at=NOON)


def test_a_code_shows_the_face_for_its_time(licence: uuid.UUID, cast: Cast) -> None:
    code = operations.share(id=licence, purpose=" 给房东看， 租店面 ", minutes=60, by=cast.applicant, at=NOON)
    for typed in (code, code.lower(), code.replace("-", " ")):
        found = queries.shared(typed, at=NOON + HOUR / 2)
        assert (found.purpose, found.holder_name) == ("给房东看， 租店面", "上海梧桐里餐饮管理有限公司")
        assert [line.label for line in found.face] == ["法定代表人", "经营场所"]
        assert found.shown.state is LicenceState.VALID
    with pytest.raises(SharingOver):
        queries.shared(code, at=NOON + HOUR)
    holder = ledger.called(Subject("person", cast.applicant.id))
    assert Record.objects.get(act="licence.share").actor_id == holder.id
    row = models.Sharing.objects.get()
    assert code.replace("-", "") not in row.code and len(row.code) == 64


def test_what_happens_to_the_licence_shows(licence: uuid.UUID, cast: Cast) -> None:
    code = operations.share(id=licence, purpose="租房", minutes=60, by=cast.applicant, at=NOON)
    operations.revoke(id=licence, law="行政许可法 69", reason="材料不实", by=SYSTEM, at=NOON)
    assert queries.shared(code, at=NOON).shown.state is LicenceState.REVOKED


def test_the_holder_ends_it_and_nobody_else(licence: uuid.UUID, cast: Cast) -> None:
    code = operations.share(id=licence, purpose="租房", minutes=60, by=cast.applicant, at=NOON)
    (sharing,) = queries.sharings_of(licence, by=cast.applicant, at=NOON)
    for stranger in (cast.stranger, DECIDER):
        with pytest.raises(LicenceUnknown):
            operations.end_sharing(id=sharing.id, by=stranger, at=NOON)
        with pytest.raises(LicenceUnknown):
            operations.share(id=licence, purpose="租房", minutes=60, by=stranger, at=NOON)
    assert queries.shared(code, at=NOON)
    for _ in range(2):
        operations.end_sharing(id=sharing.id, by=cast.applicant, at=NOON)
    with pytest.raises(SharingOver):
        queries.shared(code, at=NOON + dt.timedelta(seconds=1))
    assert queries.sharings_of(licence, by=cast.applicant, at=NOON + HOUR) == ()
    with pytest.raises(LicenceUnknown):
        queries.sharings_of(licence, by=cast.stranger, at=NOON)
    with pytest.raises(LicenceUnknown):
        operations.end_sharing(id=uuid.uuid4(), by=cast.applicant, at=NOON)
    with pytest.raises(LicenceUnknown):
        operations.share(id=uuid.uuid4(), purpose="租房", minutes=60, by=cast.applicant, at=NOON)


@pytest.mark.parametrize(("purpose", "minutes"), [("", 60), ("x" * 101, 60), ("租房", 0), ("租房", 10**6)])
def test_it_is_for_something_and_not_for_ever(
    licence: uuid.UUID, cast: Cast, purpose: str, minutes: int
) -> None:
    with pytest.raises(Invalid):
        operations.share(id=licence, purpose=purpose, minutes=minutes, by=cast.applicant, at=NOON)


@pytest.mark.parametrize("code", ["", "x", "AAAAA-AAAAA", "%" * 300])
def test_no_other_code_shows_anything(licence: uuid.UUID, cast: Cast, code: str) -> None:
    operations.share(id=licence, purpose="租房", minutes=60, by=cast.applicant, at=NOON)
    with pytest.raises(SharingOver):
        queries.shared(code, at=NOON)


def test_the_database_refuses(licence: uuid.UUID) -> None:
    given = {"licence_id": licence, "purpose": "x", "by_kind": "person", "by_id": "x", "made_at": NOON}
    models.Sharing.objects.create(code="a", ends_at=NOON + HOUR, **given)
    for constraint, more in {
        "licence_sharing_code_once": {"code": "a", "ends_at": NOON + HOUR},
        "licence_sharing_ends": {"code": "b", "ends_at": NOON},
    }.items():
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            models.Sharing.objects.create(**given | more)


def test_who_looks_by_a_code_is_on_record_and_in_the_holders_account(licence: uuid.UUID, cast: Cast) -> None:
    code = operations.share(id=licence, purpose="租房", minutes=60, by=cast.applicant, at=NOON)
    visitor = Actor("visitor", "verify")
    shown = operations.show_shared(code=code, by=visitor, at=NOON + HOUR / 2)
    assert shown.purpose == "租房"
    with pytest.raises(SharingOver):
        operations.show_shared(code=code, by=visitor, at=NOON + HOUR)
    assert Record.objects.filter(act="licence.shown").count() == 1
    scope = disclosures.opened(cast.subject, by=cast.applicant, at=NOON)
    found = disclosures.account(scope, Wanted(kind=Kind.SHOWN), at=NOON + HOUR).readings
    assert [(one.act, one.purpose) for one in found] == [("licence.shown", "租房"), ("licence.share", "租房")]
