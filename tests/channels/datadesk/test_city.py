"""The map of the city's flows: districts, the node, who answers; what goes wrong; a moment of the past."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.channels.datadesk.conftest import AUTHORITY, OWNING, AtDesk
from tests.channels.datadesk.test_flows import called, counted, publish_service
from tests.factories.resources import MORNING
from tongban.channels.datadesk import looks
from tongban.channels.datadesk.presenters import city as presenter
from tongban.channels.datadesk.presenters import maps, trouble
from tongban.channels.datadesk.presenters.curves import spark
from tongban.channels.datadesk.views import city as city_view
from tongban.channels.datadesk.views import flows as view
from tongban.channels.ui.frame import Frame
from tongban.datahub.exchange.operations.representing import note_represented
from tongban.datahub.exchange.types import Counted, Counts, DistrictFlows, Flow, Span
from tongban.foundation.government.types import District, Outline
from tongban.kernel.clock import SHANGHAI
from tongban.services.obtaining.models import Want

__all__ = ["counted"]

NOW = dt.datetime(2026, 3, 20, 10, 30, 20, tzinfo=SHANGHAI)
NORTH, SOUTH, WEST = (
    District(code=f"99010{number}", slug=slug, name=slug, english=slug)
    for number, slug in enumerate(("north", "south", "north-west"), 1)
)
DRAWN = [
    Outline(code=NORTH.code, point="50 10", outline="0 0 100 0 100 20 0 20"),
    Outline(code=SOUTH.code, point="50 80", outline="0 60 100 60 100 100 0 100"),
    Outline(code=WEST.code, point="20 30", outline="0 20 40 20 40 60 0 60"),
]
SUBSYSTEM = "SH/GOV/office/b"


def flow(consumer: str, provider: str, calls: int, *, failed: int = 0, p95: float | None = 0.05) -> Flow:
    return Flow(consumer, provider, calls, 0, failed, p95)


def found(districts: dict[str, int], providers: Sequence[Flow]) -> DistrictFlows:
    """Return flows of which each district calls so much, and each department answers so."""
    calls = sum(districts.values())
    return DistrictFlows(
        (), {slug: flow(slug, "", count) for slug, count in districts.items()},
        {one.provider: one for one in providers}, flow("", "", calls),
    )  # fmt: skip


def a_city(drawn: Sequence[Outline] = DRAWN) -> presenter.City:
    return presenter.city(
        found({"south": 60, "north": 30, "": 10}, [flow("", "a", 75), flow("", "b", 25)]),
        (SOUTH, WEST, NORTH), drawn, 10,
    )  # fmt: skip


def test_rows_go_from_north_to_south_and_the_citys_own_stand_last() -> None:
    one = a_city()
    assert [place.district and place.district.slug for place in one.places] == [
        "north",
        "north-west",
        "south",
        None,
    ]
    assert [place.side.calls for place in one.places] == [30, 0, 60, 10]
    assert one.total.a_minute == 10


def test_what_a_district_of_before_has_called_is_not_lost() -> None:
    one = presenter.city(found({"north": 3, "gone": 4, "": 5}, []), (NORTH,), (), 1)
    assert [place.side.calls for place in one.places] == [3, 9]
    assert sum(place.side.calls for place in one.places) == one.total.calls


def test_whoever_is_not_well_stands_by_name_however_seldom_it_is_called() -> None:
    many = [flow("", f"d{number:02d}", 100 - number) for number in range(20)]
    bad = flow("", "rare", 2, failed=1)
    one = presenter.city(found({"": 1}, [*many, bad]), (), (), 1)
    assert [side.department for side in one.providers][-2:] == ["rare", ""]
    assert (len(one.providers), one.others, one.bad[0].department) == (presenter.MOST + 1, 10, "rare")
    assert sum(side.calls for side in one.providers) == sum(each.calls for each in (*many, bad))


def test_each_line_ends_at_its_row_and_who_calls_nobody_has_none() -> None:
    one = a_city()
    drawing = str(maps.land(one))
    ends = {
        int(place): float(y)
        for place, y in re.findall(r'<path class="c(\d+)"[^>]* ([\d.]+)" stroke', drawing)
    }
    assert ends == {0: maps.middle(one, 0), 2: maps.middle(one, 2)}
    assert drawing.count("<polygon") == drawing.count("<circle") == 3
    assert 'class="d5 c2"' in drawing and 'class="d0 c1"' in drawing


def test_ribbons_fill_the_node_on_both_sides() -> None:
    one = a_city()
    drawing = str(maps.ribbons(one))
    spread = {
        kind: sum(
            float(bottom) - float(top)
            for top, bottom in re.findall(rf'<path class="{kind}\d[^"]*" d="{where}', drawing)
        )
        for kind, where in (
            ("c", rf"M0 .*? {maps.NODE:g} ([\d.]+)V([\d.]+)C"),
            ("p", rf"M{maps.NODE:g} ([\d.]+)C[^Z]*? ([\d.]+)Z"),
        )
    }
    assert spread["c"] == pytest.approx(maps.node(one), abs=0.5)
    assert spread["p"] == pytest.approx(maps.node(one), abs=0.5)


def test_a_city_that_is_not_drawn_whole_has_rows_only() -> None:
    assert maps.has_map(a_city())
    assert not maps.has_map(a_city(DRAWN[:2])) and not maps.has_map(a_city(()))
    assert "<path" in maps.ribbons(a_city(()))


@pytest.mark.parametrize(
    ("code", "slug"), [("north-archives", "north"), ("north-west-archives", "north-west"), ("northern", None), ("south", "south")]
)  # fmt: skip
def test_a_body_belongs_to_the_district_of_the_longest_name(code: str, slug: str | None) -> None:
    one = presenter.district_of(code, (NORTH, SOUTH, WEST))
    assert (one.slug if one else None) == slug


def test_a_curve_is_broken_where_nothing_was_called() -> None:
    assert spark([1.0, None, 2.0, 1.0]).count("M") == 2
    assert "<path" not in spark([None, None])


def counts(calls: int, broken: int) -> Counts:
    return Counts(calls=calls, answered=calls, failed=broken, broken=broken, p95=0.05)


def test_trouble_says_since_when_and_how_it_usually_is() -> None:
    starts = [NOW.replace(second=0) + dt.timedelta(minutes=number) for number in range(6)]
    broken = (9, 0, 0, None, 5, 6)
    steps = [
        Counted("", "SH/GOV/a/x", "person", start, counts(10, many))
        for start, many in zip(starts, broken, strict=True) if many is not None
    ]  # fmt: skip
    worst = Counted("", "SH/GOV/a/x", "person", None, counts(50, 20))
    flows = DistrictFlows(
        (flow("north", "a", 9, failed=3), flow("", "a", 9, failed=1), flow("south", "b", 9, failed=1)),
        {},
        {},
        flow("", "", 27),
    )
    run = trouble.begun(steps, starts)
    assert run == (starts[4], False)
    said = trouble.trouble(worst, steps, starts, run, usual=counts(1000, 4), flows=flows)
    assert (said.share, said.usual, said.broken, said.light) == (0.4, 0.004, 11, "red")
    assert (said.districts, said.is_own) == (1, True)
    assert trouble.begun(steps[-2:], starts) == (starts[4], True)
    assert trouble.begun(steps[1:3], starts) == (None, False), "it goes well by now"
    assert trouble.worst([worst, Counted("", "SH/GOV/a/y", "z", None, counts(9, 0))]) == worst
    assert trouble.worst([]) is None


def test_a_time_up_to_now_has_the_last_whole_minute_or_what_is_under_way() -> None:
    def look(code: str) -> looks.Look:
        return looks.BY_CODE[code].look(NOW)

    minute, hour, today, week = (look(code) for code in ("minute", "hour", "today", "week"))
    assert (minute.since.minute, minute.until.minute, minute.minutes, minute.is_a_minute) == (29, 30, 1, True)
    assert (hour.until - hour.since, hour.until.minute, len(hour.starts)) == (dt.timedelta(hours=1), 31, 60)
    assert (today.since.hour, today.until.hour, len(today.starts)) == (0, 11, 11)
    assert today.minutes == pytest.approx(630.33, abs=0.01)
    assert (week.until - week.since).days == len(week.starts) == 7
    assert looks.first_step(today) == "at=2026-03-20T00:00&by=hour"


def test_a_moment_of_the_past_is_as_fine_as_it_is_known_and_never_of_the_future() -> None:
    def past(at: str, by: str = "minute") -> looks.Look | None:
        return looks.past(at, by, now=NOW)

    near, far = past("2026-03-20T09:15"), past("2026-03-10T09:15")
    assert near is not None and far is not None
    assert (near.beat, near.since.minute, near.is_over, near.is_a_minute) == (Span.MINUTE, 15, True, True)
    assert (far.beat, far.since.minute, far.minutes) == (Span.HOUR, 0, 60)
    assert past("2025-03-10T09:15").beat is Span.DAY  # type: ignore[union-attr]
    assert [past(one) for one in ("", "x", "2026-03-21T00:00", "0001-01-01", "9999-12-31T23:59+00:00")] == [
        None
    ] * 5
    steps = looks.steps(near, now=NOW)
    assert (steps.before, steps.after) == ("at=2026-03-20T09:14&by=minute", "at=2026-03-20T09:16&by=minute")
    last = past("2026-03-20T10:29")
    assert last is not None and looks.steps(last, now=NOW).after == ""


@pytest.fixture
def busy(at_desk: AtDesk, counted: Callable[[], int], db: None) -> AtDesk:
    """Have calls made for a district, from one, and by the city's own, some of which fail."""
    publish_service()
    for seconds in range(20):
        called(
            "market",
            "office",
            seconds=seconds,
            problem="Server.ServerProxy.NetworkError" if seconds < 4 else "",
        )
    for seconds in range(10):
        id = uuid.uuid4()
        note_represented(id, "GOV/xuhui-market")
        called("market", "office", seconds=seconds, id=id)
    called("changning-market", "office", seconds=1)
    called("market", "office", outcome="AccessDenied", seconds=-1)
    counted()
    return at_desk


@pytest.mark.slow
def test_the_authority_sees_who_calls_from_where_and_what_is_wrong(
    busy: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What other tests have left on record is later than this morning.
    monkeypatch.setattr(city_view, "LATEST", 2000)
    Want.objects.create(
        subject_kind="case", subject_id="c1", item="food-licence", material="m", grant=uuid.uuid4(), consumer="SH/GOV/market/a",
        provider=SUBSYSTEM, service="person", resource="r", resource_name="r", department="d", parameters=b"", field_names={},
        not_before=MORNING + dt.timedelta(minutes=2), wanted_at=MORNING, attempts=1,
    )  # fmt: skip
    desk = busy(AUTHORITY)
    desk.get("/data/flows?span=hour")
    with CaptureQueriesContext(connection) as asked:
        page = desk.get("/data/flows?span=hour").content.decode()
    assert len(asked) <= 20
    rows = dict(
        re.findall(r'<tr class="at-c\d+[^"]*"><th scope="row">(?:<b>)?([^<]+).*?<b>([\d,]+)</b>', page)
    )
    assert {name: int(count) for name, count in rows.items()} == {"长宁区": 1, "徐汇区": 10, "市级部门": 21}
    for said in ("1 个市级节点，2 个区共用", "1 个提供方降级", "错误率", "没有正确的答复", "调用该部门出错的：市级部门",
                 "1 件、1 个事项的 1 份材料", "已拒", "正在发生"):  # fmt: skip
        assert said in page, said
    assert "qland" not in page and "qribbons" in page, "no outlines: rows only"
    assert 'data-address="/data/flows?span=hour"' in page, (
        "it renews what is shown, whatever would be chosen by then"
    )
    english = desk.get("/en/data/flows?span=hour").content.decode()
    assert "City departments" in english and "papers of 1 cases" in english


@pytest.mark.slow
def test_a_moment_of_the_past_is_looked_at_again(busy: AtDesk) -> None:
    desk = busy(AUTHORITY)
    moment = (MORNING - dt.timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    page = desk.get(f"/data/flows?at={moment}&by=minute").content.decode()
    assert 'rel="prev"' in page and "data-play" in page and "正在发生" not in page
    assert f'value="{moment}"' in page
    nothing = desk.get("/data/flows?at=2020-01-01T00:00&by=minute").content.decode()
    assert "2020" in nothing and "这段时间没有调用。" in nothing


@pytest.mark.slow
def test_a_department_and_a_city_without_districts_see_departments(
    busy: AtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "qplaces" not in busy(OWNING).get("/data/flows").content.decode()
    bare = Frame(None, (), {}, 0)
    monkeypatch.setattr(view, "frame", lambda: bare)
    assert "qplaces" not in busy(AUTHORITY).get("/data/flows").content.decode()
