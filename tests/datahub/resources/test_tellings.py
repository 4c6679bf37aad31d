"""Data officers hear of what waits for them, and with the data authority of what is late."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.factories.resources import AUTHORITY, MARKET, MORNING, NO_SHOP, OFFICE, data_city, load, wish
from tongban.datahub.resources import operations, queries
from tongban.datahub.resources.types import Negative
from tongban.foundation.messages import queries as messages
from tongban.foundation.messages.models import Message
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import Subject
from tongban.oversight.effectiveness.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(standing: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    load(data_city(tmp_path_factory.mktemp("city")))


@pytest.fixture(autouse=True)
def city(loaded: None, db: None) -> None:
    """Have the small city with data, which stands for the module."""


def told(template: str) -> set[str]:
    return set(Message.objects.filter(template=template, to_kind="staff").values_list("to_id", flat=True))


def test_an_answer_that_is_late_is_told_to_officers_authority_and_supervision() -> None:
    request = operations.state_demand(wish=wish(), promised=True, by=MARKET, at=MORNING)
    outbox.deliver(at=MORNING)
    assert told("data.demand_waits") == {"s-office"}
    assert told("data.answer_overdue") == set()
    due_on = queries.get_request(request).due_on
    assert due_on is not None
    outbox.deliver(at=MORNING + dt.timedelta(days=(due_on - MORNING.date()).days + 1))
    assert told("data.answer_overdue") == {"s-office", "s-authority"}
    (entry,) = Entry.objects.filter(kind="data")
    assert (entry.department, entry.missed_on) == ("office", due_on)
    assert "health-checks" in entry.what


def test_who_is_answered_by_the_lists_waits_for_nobody() -> None:
    operations.state_demand(wish=wish("resident-basics", "name"), promised=True, by=MARKET, at=MORNING)
    outbox.deliver(at=MORNING + dt.timedelta(days=40))
    assert told("data.demand_waits") == told("data.answer_overdue") == set()


LATER = MORNING + dt.timedelta(days=1)


def to_market(language: str = "zh") -> list[tuple[str, str]]:
    """Return what the market department's officer was told, the newest first: which message, and its words."""
    found = messages.inbox(Subject("staff", "s-market"), language=language)
    return [(one.template, one.body) for one in found]


def test_who_asked_is_told_the_answer_with_law_and_reason() -> None:
    granted = operations.state_demand(wish=wish(), promised=True, by=MARKET, at=MORNING)
    outbox.deliver(at=MORNING)
    assert to_market() == []
    operations.grant_request(request_id=granted, answer="请妥善保管。", by=OFFICE, at=LATER)
    outbox.deliver(at=LATER)
    assert to_market() == [
        (
            "data.demand_granted",
            "某市人民政府办公厅同意共享“从业人员健康检查信息”，授权已经生效。请妥善保管。",
        )
    ]
    refused = operations.state_demand(
        wish=wish("health-checks", "shop"), promised=True, by=MARKET, at=MORNING
    )
    operations.refuse_request(
        request_id=refused, legal_basis="个人信息保护法 6", reason="超出必要", by=OFFICE, at=LATER
    )
    outbox.deliver(at=LATER)
    (template, body), _ = to_market()
    assert (template, body.partition("。")[2]) == (
        "data.demand_refused",
        "依据：个人信息保护法 6。理由：超出必要",
    )


def test_who_holds_a_grant_is_told_what_is_taken_and_why() -> None:
    request = operations.state_demand(
        wish=wish("health-checks", "is-fit", "shop"), promised=True, by=MARKET, at=MORNING
    )
    grant = operations.grant_request(request_id=request, by=OFFICE, at=MORNING)
    operations.write_negative(negative=NO_SHOP, review="沪府办〔2026〕1号", by=AUTHORITY, at=LATER)
    operations.reduce_grant(grant_id=grant, per_day=10, why="用不了", by=OFFICE, at=LATER)
    operations.revoke_grant(grant_id=grant, why="另作他用", by=OFFICE, at=LATER)
    outbox.deliver(at=LATER)
    revoked, reduced, narrowed, _ = to_market()
    assert narrowed == (
        "data.grant_narrowed",
        "“从业人员健康检查信息”（核验从业人员健康状况）的授权从现在起不再给单位名称。依据：商业秘密法 3，商业秘密",
    )
    assert reduced == (
        "data.grant_reduced",
        "“从业人员健康检查信息”（核验从业人员健康状况）的授权从现在起每天最多 10 次。理由：用不了",
    )
    assert revoked == (
        "data.grant_revoked",
        "“从业人员健康检查信息”（核验从业人员健康状况）的授权已经收回，网关不再放行。理由：另作他用",
    )
    assert "“Health checks of workers” (核验从业人员健康状况) was revoked" in to_market("en")[0][1]
    assert told("data.grant_revoked") == {"s-market"}


def test_who_gives_a_grant_up_knows_and_what_the_law_ends_is_told() -> None:
    def given(field: str) -> uuid.UUID:
        wanted = wish("health-checks", field)
        id = operations.state_demand(wish=wanted, promised=True, by=MARKET, at=MORNING)
        return operations.grant_request(request_id=id, by=OFFICE, at=MORNING)

    operations.give_up_grant(grant_id=given("is-fit"), why="不用了", by=MARKET, at=LATER)
    given("shop")
    entry = Negative(code="no", resource="health-checks", law="商业秘密法", article="3", reason="商业秘密")
    operations.write_negative(negative=entry, review="沪府办〔2026〕1号", by=AUTHORITY, at=LATER)
    outbox.deliver(at=LATER)
    assert [words for template, words in to_market() if template == "data.grant_revoked"] == [
        "“从业人员健康检查信息”（核验从业人员健康状况）的授权已经收回，网关不再放行。理由：商业秘密法 3，商业秘密"
    ]
