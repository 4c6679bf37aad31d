"""A grant on its page: renewed by who holds it, its limit lowered by who gave it, reported when nobody uses it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.channels.datadesk.conftest import OWNING, WANTING, AtDesk
from tests.channels.desk.conftest import Moment
from tests.factories.resources import AUTHORITY, MARKET, MORNING, NO_SHOP, OFFICE, wish
from tongban.datahub.nodes import queries as nodes
from tongban.datahub.nodes.types import Node
from tongban.datahub.resources import operations, queries
from tongban.foundation.statements import operations as statements

METER = 'INSERT INTO exchange_meter ("grant", day, shard, calls) VALUES (%s, %s, 0, %s)'

pytestmark = pytest.mark.slow


@pytest.fixture
def grant(at_desk: AtDesk) -> uuid.UUID:
    wanted = wish("health-checks", "is-fit", per_day=5000, until=dt.date(2026, 9, 30))
    id = operations.state_demand(wish=wanted, promised=True, by=MARKET, at=MORNING)
    return operations.grant_request(request_id=id, by=OFFICE, at=MORNING)


def used(grant: uuid.UUID, today: dt.date) -> None:
    """Write a month in which 40 calls a day are made, and 90 on one."""
    for back in range(30):
        statements.run(METER, [grant, today - dt.timedelta(days=back), 90 if back == 7 else 40])


def test_the_limit_is_proposed_from_use_and_lowered(at_desk: AtDesk, grant: uuid.UUID) -> None:
    owning, here = at_desk(OWNING), f"/data/grants/{grant}"
    assert "建议上限" not in owning.get(here).content.decode(), "nobody can tell before it was used"
    used(grant, MORNING.date())
    said = owning.get(here).content.decode()
    assert "建议上限 60 次" in said and "最多一天 90 次" in said
    assert at_desk(WANTING).post(here, {"act": "reduce", "per_day": "60", "why": "自己减"}).status_code == 403
    answer = owning.post(here, {"act": "reduce", "per_day": "6000", "why": "用不了"})
    assert (
        answer.status_code == 422
        and "只能往少里改" in answer.content.decode()
        and "用不了" in answer.content.decode()
    )
    answer = owning.post(here, {"act": "reduce", "per_day": "60", "why": "用不了"})
    assert answer.status_code == 303 and queries.get_grant(grant).per_day == 60


def test_it_says_when_a_districts_node_hears_of_it(
    at_desk: AtDesk, grant: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    owning, here = at_desk(OWNING), f"/data/grants/{grant}"
    assert "收回以后网关当时就不放行" in owning.get(here).content.decode()
    pudong = Node("pudong", "浦东新区", "https://pudong.example", (), b"", b"", ())
    monkeypatch.setattr(nodes, "away", lambda subsystem: pudong)
    page = owning.get(here).content.decode()
    assert "提供方的系统在浦东新区的节点上" in page and "本区的最多一天" in page
    assert "网关当时就不放行" not in page
    owning.post(here, {"why": "滥用"})
    assert "区节点平时一两秒内收到" in owning.get(f"{here}?done=revoke").content.decode()


def test_who_holds_it_renews_it_and_the_owner_sees_the_use(
    at_desk: AtDesk, grant: uuid.UUID, moment: Moment
) -> None:
    moment.at = dt.datetime(2026, 9, 10, 9, tzinfo=MORNING.tzinfo)
    used(grant, moment.at.date())
    here = f"/data/grants/{grant}"
    holding, owning = at_desk(WANTING), at_desk(OWNING)
    assert "还剩 20 天" in holding.get(here).content.decode()
    form = {"act": "renew", "until": "2027-06-30", "per_day": "100"}
    assert holding.post(here, form).status_code == 422, "it is promised again"
    assert "请写明用到哪天" in holding.post(here, form | {"until": "", "promise": "yes"}).content.decode()
    assert owning.post(here, {**form, "promise": "yes"}).status_code == 403
    answer = holding.post(here, {**form, "promise": "yes"})
    assert answer.status_code == 303
    request = queries.renewal_of(grant)
    assert request is not None
    said = owning.get(f"/data/requests/{request.id}").content.decode()
    assert 'value="60"' in said and "原来的授权和用量" in said
    assert "已经申请续期" in holding.get(here).content.decode()
    answer = owning.post(
        f"/data/requests/{request.id}/grant", {"fields": ["is-fit"], "per_day": "60", "until": "2027-06-30"}
    )
    assert answer.status_code == 303
    found = queries.get_grant(grant)
    assert (found.per_day, found.until) == (60, dt.date(2027, 6, 30))


def test_grants_that_nobody_uses_are_listed(at_desk: AtDesk, grant: uuid.UUID, moment: Moment) -> None:
    assert str(grant) not in at_desk(OWNING).get("/data/worth/grants").content.decode(), "given today"
    moment.at = dt.datetime(2026, 8, 10, 9, tzinfo=MORNING.tzinfo)
    client = at_desk(OWNING)
    assert f"/data/grants/{grant}" in client.get("/data/worth/grants").content.decode()
    used(grant, moment.at.date())
    assert str(grant) not in client.get("/data/worth/grants").content.decode()


def test_it_says_what_was_taken_when_and_why(at_desk: AtDesk) -> None:
    wanted = wish("health-checks", "is-fit", "shop", per_day=1000)
    id = operations.state_demand(wish=wanted, promised=True, by=MARKET, at=MORNING)
    grant = operations.grant_request(request_id=id, by=OFFICE, at=MORNING)
    later = MORNING + dt.timedelta(days=1)
    operations.write_negative(negative=NO_SHOP, review="沪府办〔2026〕1号", by=AUTHORITY, at=later)
    operations.reduce_grant(grant_id=grant, per_day=10, why="用不了", by=OFFICE, at=later)
    operations.revoke_grant(grant_id=grant, why="另作他用", by=OFFICE, at=later)
    given, narrowed, reduced, revoked = queries.grant_acts(grant)
    assert (given.act, given.taken, given.by) == ("given", (), OFFICE.name)
    assert (narrowed.act, narrowed.taken, narrowed.why) == ("narrowed", ("shop",), "商业秘密法 3")
    assert (reduced.act, reduced.per_day_before, reduced.per_day) == ("reduced", 1000, 10)
    assert (revoked.act, revoked.why, revoked.at) == ("revoked", "另作他用", later)
    page = at_desk(WANTING).get(f"/data/grants/{grant}").content.decode()
    for words in (
        "不再给：单位名称",
        "商业秘密法 3",
        "每日上限由 1,000 次调低到 10 次",
        "另作他用",
        "2026 年 3 月 3 日",
    ):
        assert words in page, words


def test_what_the_lists_gave_is_nobodys_act(at_desk: AtDesk) -> None:
    operations.state_demand(wish=wish("resident-basics", "name"), promised=True, by=MARKET, at=MORNING)
    (grant,) = queries.grants(resource="resident-basics")
    assert [(one.act, one.by) for one in queries.grant_acts(grant.id)] == [("given", "")]
    assert "按三清单自动答复" in at_desk(WANTING).get(f"/data/grants/{grant.id}").content.decode()
