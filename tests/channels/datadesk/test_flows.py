"""The overview of the exchange: figures, flows, what does not go well, the latest calls; one's own, or all."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.channels.datadesk.conftest import AUTHORITY, OWNING, WANTING, AtDesk
from tests.channels.desk.conftest import Moment
from tests.factories import exchange as factory
from tests.factories.resources import MORNING
from tongban.channels.datadesk import windows
from tongban.channels.datadesk.presenters import flows as presenter
from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange import queries
from tongban.datahub.exchange.types import Flow, Outcome, Service, ServiceKind
from tongban.datahub.nodes import queries as nodes
from tongban.datahub.nodes.types import Standing
from tongban.foundation.statements import operations as statements
from tongban.kernel.types import SYSTEM

pytestmark = pytest.mark.django_db
SERVICE = "SH/GOV/office/b/person"
RECORD = """
INSERT INTO exchange_record (id, signed_at, at, key, nonce, consumer, provider, service, outcome, "grant", message_id,
    "user", issue, signed, signature)
VALUES (%(id)s, %(at)s, %(at)s, 1, %(id)s::text, 'SH/GOV/' || %(consumer)s || '/a', 'SH/GOV/' || %(provider)s || '/b',
    %(service)s, %(outcome)s, %(grant)s, '', '', '', 'x', 'y')
"""
ANSWER = """
INSERT INTO exchange_answer (record, at, status, size, micros, digest, problem)
VALUES (%(id)s, %(at)s, %(status)s, 1, %(micros)s, sha256('x'), %(problem)s)
"""


def called(
    consumer: str, provider: str, *, seconds: int = 5, outcome: str = "", problem: str = "", **said: Any
) -> None:
    """Write a call some seconds before now, with its answer unless it was refused."""
    row: dict[str, Any] = {
        "id": uuid.uuid4(), "at": MORNING - dt.timedelta(seconds=seconds), "consumer": consumer, "provider": provider,
        "service": "person", "outcome": outcome, "problem": problem, "status": 500 if problem else 200, "micros": 40_000,
    } | said  # fmt: skip
    row = {"grant": row["id"]} | row
    statements.run(RECORD, row)
    if not outcome:
        statements.run(ANSWER, row)


@pytest.fixture
def counted(at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Give what counts the calls of this test."""
    factory.count_from_here(monkeypatch)
    return lambda: exchange.count_exchanges(at=MORNING)


@pytest.fixture
def some(at_desk: AtDesk, counted: Callable[[], int]) -> AtDesk:
    for _ in range(4):
        called("market", "office")
    called("market", "office", outcome="AccessDenied")
    for _ in range(5):
        called("office", "cityscape", problem="Server.ServerProxy.NetworkError", micros=8_200_000)
    called("cityscape", "office", seconds=3000)
    counted()
    return at_desk


def test_flows_are_counted_by_side_and_in_all(some: AtDesk) -> None:
    since = MORNING - dt.timedelta(minutes=1)
    found = {(one.consumer, one.provider): one for one in queries.flows(since=since, until=MORNING)}
    assert (found["", ""].calls, found["", ""].refused, found["", ""].failed) == (10, 1, 5)
    assert found["market", ""].calls == found["market", "office"].calls == found["", "office"].calls == 5
    assert found["market", ""].p95 == pytest.approx(0.04, rel=0.05) and found["", "cityscape"].failed == 5
    own = queries.flows(since=since, until=MORNING, departments=["market"])
    (in_all,) = [one for one in own if not one.consumer and not one.provider]
    assert in_all.calls == 5


@pytest.mark.slow
def test_the_authority_sees_all_and_a_department_its_own(some: AtDesk) -> None:
    page = some(AUTHORITY).get("/data/flows/departments?span=hour").content.decode()
    for said in (
        "降级",
        "不太正常的提供方",
        " 秒</b>",
        "50.0%",
    ):
        assert said in page, said
    assert page.count('<path class="') == 6, "three pairs, drawn for a wide page and for a phone"
    market = some(WANTING).get("/data/flows").content.decode()
    assert "都正常。" in market and "cityscape" not in market
    assert some(OWNING).get("/en/data/flows?span=month").status_code == 200
    assert 'aria-current="page">近 30 天' in some(OWNING).get("/data/flows?span=x").content.decode()


def test_today_is_counted_as_any_other_time_is(some: AtDesk) -> None:
    for client, count in ((some(AUTHORITY), 11), (some(WANTING), 5)):
        page = client.get("/data/flows/departments?span=day").content.decode()
        assert page.count(f"<dd><b>{count}</b> 次") == 2, "today, and the last day"


def test_the_time_shown_is_the_shortest_that_is_a_picture(
    at_desk: AtDesk, counted: Callable[[], int]
) -> None:
    desk, code = at_desk(AUTHORITY), "day"
    for number in range(12):
        called("market", "office", seconds=3600 * (number + 2))
    counted()
    assert windows.chosen("", at=MORNING, departments=None).code == code
    assert windows.chosen("", at=MORNING, departments=["cityscape"]).code == "month"
    assert windows.chosen("hour", at=MORNING, departments=None).code == "hour"
    assert "<b>12</b> 次" in desk.get("/data/flows").content.decode()


def test_the_latest_calls_are_there_refused_ones_too(some: AtDesk) -> None:
    # Among those that other tests have left: only what is one's own is looked at.
    found = queries.latest_calls(departments=["market"], limit=1000)
    refused = [one for one in found if one.outcome is Outcome.ACCESS_DENIED and one.consumer == "market"]
    assert {(one.provider, one.subsystem, one.seconds) for one in refused} >= {
        ("office", "SH/GOV/office/b", None)
    }
    assert sorted((one.at for one in found), reverse=True) == [one.at for one in found]


@pytest.mark.slow
def test_a_department_by_itself(some: AtDesk) -> None:
    page = some(AUTHORITY).get("/data/flows/departments/office?span=hour").content.decode()
    assert page.index("别人调用它的") < page.index("person") < page.index("它调用别人的")
    assert "6 次" in page and "5 次" in page
    other = some(WANTING).get("/data/flows/departments/office?span=hour").content.decode()
    assert "这里只有它和我部门之间的调用。" in other and '它调用我部门的 <small class="soft">0 次' in other
    assert "别人调用它的" not in other, "of what others call one knows nothing"
    stranger = some("s-cityscape").get("/data/flows/departments/market?span=hour").content.decode()
    assert "这段时间我部门没有调用它。" in stranger and "没有人调用它" not in stranger
    assert some(AUTHORITY).get("/data/flows/departments/nobody").status_code == 404


def publish_service() -> None:
    """Publish the service that is called."""
    provider = SERVICE.rpartition("/")[0]
    exchange.register_subsystem(code=provider, name="人口库", by=SYSTEM, at=MORNING)
    exchange.add_register("people", factory.register_of_people)
    published = Service(
        provider, "person", 0, ServiceKind.REGISTER, "people", "resident-basics", ("number",), "number"
    )
    exchange.publish_service(service=published, by=factory.OFFICER, at=MORNING)


@pytest.fixture
def service(some: AtDesk) -> str:
    """Publish the service that was called, and return the address of its page."""
    publish_service()
    return f"/data/flows/services/{SERVICE}?span=hour"


@pytest.mark.slow
def test_a_service_by_itself(some: AtDesk, service: str) -> None:
    desk = some(AUTHORITY)
    desk.get(service)
    with CaptureQueriesContext(connection) as asked:
        page = desk.get(service).content.decode()
    assert len(asked) <= 20
    for said in ("没有有效的授权", "接通", "<b>6</b>", "谁在用", "没有在用的授权。", "40 毫秒"):
        assert said in page, said
    consumer = some(WANTING).get(service).content.decode()
    assert "这里只有我部门的调用。" in consumer and "<b>5</b> 次" in consumer
    other = some("s-cityscape").get(service.replace("hour", "day")).content.decode()
    for said in ("<dt>我部门的调用</dt>", "近一个月我部门的调用没有出错。", "没有我部门在用的授权。"):
        assert said in other, said
    assert "近一个月没有出错" not in other and "没有在用的授权" not in other
    assert "这里只有我部门的调用。" not in some(OWNING).get(service).content.decode()
    for nothing in ("x", f"{SERVICE}x", "a/b/c/d/person"):
        assert some(AUTHORITY).get(f"/data/flows/services/{nothing}").status_code == 404


@pytest.mark.slow
def test_a_service_that_is_let_alone(at_desk: AtDesk, counted: Callable[[], int]) -> None:
    publish_service()
    called("market", "office")
    called("market", "office", seconds=1, problem="Server.ServerProxy.ServiceFailed.Busy")
    counted()
    page = at_desk(AUTHORITY).get(f"/data/flows/services/{SERVICE}").content.decode()
    assert "刚才挡回过一些调用" in page and "没有送到提供方" in page


@pytest.mark.usefixtures("counted")
def test_it_says_when_calls_wait_to_be_counted(at_desk: AtDesk, moment: Moment) -> None:
    called("market", "office")
    moment.at += dt.timedelta(minutes=5)
    assert "只数到" in at_desk(AUTHORITY).get("/data/flows").content.decode()


def test_it_says_which_nodes_take_part(at_desk: AtDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    far = [
        SimpleNamespace(code=code, name=name) for code, name in (("pudong", "浦东新区"), ("xuhui", "徐汇区"))
    ]
    monkeypatch.setattr(nodes, "others", lambda: far)
    monkeypatch.setattr(nodes, "silent", lambda at: [Standing("xuhui", 3, 3, at)])
    page = at_desk(AUTHORITY).get("/data/flows/departments").content.decode()
    assert "另有 2 个节点" in page and "徐汇区十分钟没有联系上" in page and "浦东新区" not in page
    assert "1 个市级节点，2 个区级节点" in at_desk(AUTHORITY).get("/data/flows").content.decode()


@pytest.mark.usefixtures("counted")
def test_it_asks_little_and_says_when_there_is_nothing(at_desk: AtDesk) -> None:
    desk = at_desk(AUTHORITY)
    for address in ("/data/flows", "/data/flows/departments"):
        desk.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert "这段时间没有调用。" in desk.get(address).content.decode()
        assert len(asked) <= 20


@pytest.mark.slow
def test_renewing_is_no_sign_of_life(at_desk: AtDesk, moment: Moment) -> None:
    desk = at_desk(AUTHORITY)
    desk.get("/data/flows")
    for _ in range(4):
        moment.at += dt.timedelta(minutes=4)
        last = desk.get("/data/flows", headers={"X-Renewed": "yes"})
    assert last.status_code == 401, "nobody was there for sixteen minutes"


@pytest.mark.parametrize(
    ("failed", "p95", "light"), [(0, 0.1, "green"), (2, 0.1, "amber"), (10, 0.1, "red"), (0, 1.5, "amber")]
)
def test_lights_follow_errors_and_time(failed: int, p95: float, light: str) -> None:
    assert presenter.light_of(Flow("a", "b", 100, 0, failed, p95)) == light


def test_who_comes_after_the_most_is_counted_together() -> None:
    found = [Flow(f"d{n}", "", 100 - n, 0, 0, 0.1) for n in range(presenter.MOST + 3)]
    callers = presenter.picture(found, 1).callers
    assert len(callers) == presenter.MOST + 1
    assert (callers[-1].department, callers[-1].calls) == (
        "",
        sum(one.calls for one in found[presenter.MOST :]),
    )
