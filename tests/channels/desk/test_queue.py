"""The queue: what waits, by the clock; many at once."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.channels.desk.conftest import AtDesk, Moment, deliver, seat
from tests.factories import approvals as offices_factory
from tests.factories.cases import CLERK, Cast, submit
from tongban.channels.desk.presenters import rows
from tongban.channels.ui import bars
from tongban.kernel.errors import Conflict
from tongban.services.approvals import operations, queries
from tongban.services.approvals.operations.filters import MOST
from tongban.services.approvals.types import Light


def test_a_new_case_waits_for_a_clerk(cast: Cast, at_desk: AtDesk, moment: Moment) -> None:
    submit(cast)
    deliver(moment.at)

    page = at_desk("s-market-clerk").get("/desk")

    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    said = page.content.decode()
    assert "待受理" in said and "正常" in said


def test_a_part_of_the_queue_is_saved_under_a_name_and_forgotten(
    cast: Cast, at_desk: AtDesk, moment: Moment
) -> None:
    submit(cast)
    deliver(moment.at)
    clerk, other = at_desk("s-market-clerk"), at_desk("s-market-review")
    assert "起个名字，存下这个筛选" not in clerk.get("/desk").content.decode()
    assert "起个名字，存下这个筛选" in clerk.get("/desk?kind=accept").content.decode()

    answer = clerk.post("/desk/filters?kind=accept&page=3&n=7", {"name": "我的待受理"})

    assert answer.status_code == 303 and answer["Location"] == "/desk?kind=accept"
    said = clerk.get("/desk").content.decode()
    assert "我的待受理" in said and 'href="/desk?kind=accept"' in said
    assert "我的待受理" not in other.get("/desk").content.decode()
    (saved,) = queries.saved_filters("s-market-clerk")
    other.post(f"/desk/filters/{saved.id}/forget")
    assert queries.saved_filters("s-market-clerk") == (saved,)
    clerk.post(f"/desk/filters/{saved.id}/forget")
    assert queries.saved_filters("s-market-clerk") == ()


@pytest.mark.parametrize(
    ("name", "query", "sentence"),
    [
        ("  ", "kind=accept", "起一个名字"),
        ("空的", "", "没有什么可存"),
        ("旧的", "kind=review", "已经有一个叫“旧的”"),
    ],
)
def test_what_can_not_be_saved_says_why(
    cast: Cast, at_desk: AtDesk, name: str, query: str, sentence: str
) -> None:
    clerk = at_desk("s-market-clerk")
    clerk.post("/desk/filters?kind=accept", {"name": "旧的"})
    answer = clerk.post(f"/desk/filters?{query}", {"name": name})
    assert answer.status_code == 422 and sentence in answer.content.decode()


def test_nobody_saves_without_end(cast: Cast, moment: Moment) -> None:
    for n in range(MOST):
        operations.save_filter(name=f"第 {n} 个", query="kind=accept", by=CLERK, at=moment.at)
    with pytest.raises(Conflict, match="最多存"):
        operations.save_filter(name="再一个", query="kind=accept", by=CLERK, at=moment.at)


def test_a_line_is_drawn_once_and_anew_when_it_changes(cast: Cast, at_desk: AtDesk, moment: Moment) -> None:
    submit(cast)
    deliver(moment.at)
    clerk = at_desk("s-market-clerk")
    rows.drawn.cache_clear()
    pages = [clerk.get("/desk").content.decode() for _ in range(2)]
    assert rows.drawn.cache_info().misses == 1 and rows.drawn.cache_info().hits == 1
    assert all("剩 5 日" in page for page in pages)
    moment.pass_days(1)
    assert "剩 4 日" in at_desk("s-market-clerk").get("/desk").content.decode()


@pytest.mark.parametrize(
    ("used", "allowed", "light", "late"),
    [
        (0, 0, Light.GREEN, 0),
        (3, 0, Light.RED, 3),
        (30, 0, Light.RED, 1),
        (6, 5, Light.RED, 1),
        (3, 5, Light.GREEN, 0),
    ],
)
def test_a_bar_has_a_red_cell_for_each_day_too_late(used: int, allowed: int, light: Light, late: int) -> None:
    assert str(bars.clock(used, allowed, light)).count('class="late"') == late


@pytest.mark.slow
def test_a_day_off_after_the_last_day_is_late_and_not_due_today(offices: Cast, moment: Moment) -> None:
    """The promise ended on a Friday: no working day has passed since, and yet it is over."""
    moment.at = offices_factory.moment(1, 9)
    case_id = offices_factory.accepted(offices, "alone", at=moment.at)
    deliver(moment.at)
    friday = offices_factory.moment(1, 23)
    assert offices_factory.branch(case_id, at=friday).due_on == friday.date()

    for at, words in ((friday, "今天到期"), (friday + dt.timedelta(days=1), "01-23 到期")):
        moment.at = at
        clerk, other = seat("market-1"), ({"今天到期", "01-23 到期"} - {words}).pop()
        for page in (clerk.get("/desk"), clerk.get(f"/desk/cases/{case_id}")):
            said = page.content.decode()
            assert words in said and other not in said
    assert "<b>已超期</b>" in clerk.get("/desk").content.decode()
    assert "Due 01-23" in clerk.get(f"/en/desk/cases/{case_id}").content.decode()
