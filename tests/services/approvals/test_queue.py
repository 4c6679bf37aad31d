"""The queue: by the clock, only one's own departments, in one statement."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from tests.factories.approvals import (
    SUPERVISOR,
    accepted,
    branch,
    head,
    moment,
    opinion,
    reviewer,
)
from tests.factories.cases import Cast
from tongban.foundation.calendars.types import Procedure
from tongban.foundation.identity import queries as identity
from tongban.kernel.errors import NotAllowed
from tongban.kernel.types import Actor
from tongban.services.approvals import operations, queries
from tongban.services.approvals.types import Light, Outcome, Queue, QueueFilters, WorkKind

LATER = moment(1, 16)


def queue(who: Actor, at: dt.datetime = LATER, page: int = 1, size: int = 100, **filters: Any) -> Queue:
    access = identity.staff_access(who.id, at=at)
    return queries.queue(access, QueueFilters(**filters), page, size=size, at=at)


def shown(found: Queue) -> list[str]:
    return [row.item for row in found.page.items]


@pytest.fixture
def city(week: dict[str, uuid.UUID], cast: Cast) -> dict[str, uuid.UUID]:
    return week


@pytest.fixture(scope="module")
def week(people: Cast, django_db_blocker: Any) -> dict[str, uuid.UUID]:
    with django_db_blocker.unblock(), override_settings(DEMONSTRATION=True):
        return live_week(people)


def live_week(cast: Cast) -> dict[str, uuid.UUID]:
    """On Friday the 16th: one late, one near its end, one with time, one stopped, one of another department."""
    ids = {
        "silent-not": branch(accepted(cast, "alone", at=moment(1, 12)), at=LATER).id,
        "near": branch(accepted(cast, "alone")).id,
        "late": branch(accepted(cast, "quick")).id,
        "stopped": branch(accepted(cast, "tiered")).id,
    }
    other = accepted(cast, "alone", at=moment(1, 12))
    one = branch(other, at=LATER)
    operations.stop(
        branch_id=one.id, procedure=Procedure.TEST, expected_days=5, reason="需要检测", by=reviewer("market"),
        at=moment(1, 13),
    )  # fmt: skip
    ids["halted"] = one.id
    return ids


def test_what_is_due_first_is_on_top_with_its_light(city: dict[str, uuid.UUID]) -> None:
    found = queue(reviewer("market"))
    lights = [(row.item, row.light, row.left_days) for row in found.page.items]
    assert lights == [
        ("quick", Light.RED, -9),
        ("alone", Light.AMBER, 1),
        ("alone", Light.GREEN, 6),
        ("alone", Light.STOPPED, None),
    ]
    assert found.lights == {Light.RED: 1, Light.AMBER: 1, Light.GREEN: 1, Light.STOPPED: 1}
    assert found.kinds == {WorkKind.REVIEW: 3, WorkKind.STOPPED: 1}
    assert found.page.total == 4
    near = found.page.items[1]
    assert (near.used_days, near.allowed_days, near.due_on) == (9, 10, dt.date(2026, 1, 19))
    assert (near.papers, near.papers_missing) == (1, 0)
    assert "*" in near.applicant


@pytest.mark.parametrize("light", [Light.RED, Light.AMBER, Light.GREEN, Light.STOPPED])
def test_tabs_narrow_the_page_and_not_the_counts(city: dict[str, uuid.UUID], light: Light) -> None:
    found = queue(reviewer("market"), light=light)
    assert [row.light for row in found.page.items] == [light]
    assert found.page.total == 1
    assert sum(found.lights.values()) == 4
    by_kind = queue(reviewer("market"), kind=WorkKind.STOPPED)
    assert (shown(by_kind), by_kind.page.total, sum(by_kind.kinds.values())) == (["alone"], 1, 4)


def test_only_one_s_own_departments(city: dict[str, uuid.UUID]) -> None:
    assert shown(queue(reviewer("street"))) == ["tiered"]
    assert shown(queue(reviewer("fire"))) == []
    with pytest.raises(NotAllowed):
        queue(SUPERVISOR)


def test_one_statement_however_many_cases(city: dict[str, uuid.UUID]) -> None:
    access = identity.staff_access("market-1", at=LATER)
    queries.queue(access, at=LATER)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        queries.queue(access, QueueFilters(light=Light.AMBER), at=LATER)
    on_work = [one for one in captured.captured_queries if "approvals_work" in one["sql"]]
    assert len(on_work) == 1
    assert len(captured) <= 4  # and the number of the published revision, for calendar and departments


def test_views(city: dict[str, uuid.UUID]) -> None:
    one, at = reviewer("market"), LATER
    operations.take(branch_id=city["near"], by=one, at=at)
    assert [row.work_id for row in queue(one, view="mine").page.items] == [str(city["near"])]
    assert len(queue(one, view="unassigned").page.items) == 3
    assert shown(queue(one, view="stopped")) == ["alone"]
    assert shown(queue(one, view="handed")) == []
    opinion(branch_of(city["near"]), at=at)
    operations.decide(branch_id=city["near"], outcome=Outcome.GRANTED, by=head("market"), at=at)
    done = queue(one, view="done")
    assert [(row.work_id, row.light, row.used_days) for row in done.page.items] == [
        (str(city["near"]), Light.DONE, 9)
    ]
    assert len(queue(one).page.items) == 3


def branch_of(id: uuid.UUID) -> Any:
    return queries.get_branch(id, at=LATER)


def test_pages_follow_each_other(city: dict[str, uuid.UUID]) -> None:
    whole = [row.work_id for row in queue(reviewer("market")).page.items]
    pages = [queue(reviewer("market"), page=number, size=2) for number in (1, 2, 3)]
    assert [row.work_id for page in pages for row in page.page.items] == whole
    assert [page.page.total for page in pages] == [4, 4, 4]


def test_search_finds_by_number_name_and_item(city: dict[str, uuid.UUID], cast: Cast) -> None:
    row = queue(reviewer("market")).page.items[0]
    one = reviewer("market")
    assert [found.number for found in queue(one, search=row.number[:6]).page.items] == [row.number]
    assert len(queue(one, search="alone").page.items) == 3
    name = identity.name_of(cast.subject)
    assert len(queue(one, search=name).page.items) == 4
    for nobody in ("不存在的人", "%", "_", "\\", "' OR 1=1 --"):
        assert shown(queue(one, search=nobody)) == []
    assert shown(queue(one, item="quick")) == ["quick"]
    assert shown(queue(one, service="quick")) == ["quick"]


def test_precedents_and_days_used(cast: Cast) -> None:
    for _ in range(2):
        one = branch(accepted(cast))
        opinion(one, at=moment(1, 8))
        operations.decide(branch_id=one.id, outcome=Outcome.GRANTED, by=head("market"), at=moment(1, 8))
    last = branch(accepted(cast))
    operations.decide(
        branch_id=last.id,
        outcome=Outcome.REFUSED,
        reasons="没有场所使用权",
        by=head("market"),
        at=moment(1, 9),
    )
    found = queries.precedents("alone", at=LATER)
    assert (found.granted, found.refused, found.median_days) == (2, 1, 3)
    assert [one.reasons for one in found.latest] == ["没有场所使用权", "", ""]
    assert queries.precedents("alone", branch_of(last.id), at=LATER).refused == 0
    mine, others = ("alone", "market"), ("alone", "fire")
    assert queries.days_used([mine, others], at=LATER) == {mine: (4, 3, 3), others: ()}
    assert queries.days_used([mine], at=LATER, most=1) == {mine: (4,)}
    assert queries.days_used([], at=LATER) == {}
    assert queries.precedents("alone", at=moment(1, 20, year=2027)).granted == 0
    kept = queries.performance("market", since=dt.date(2026, 1, 8), until=dt.date(2026, 1, 9))
    assert (kept.decided, kept.in_time, kept.mean_promised) == (3, 3, 10)
    assert kept.by_day == {dt.date(2026, 1, 8): 2, dt.date(2026, 1, 9): 1}
