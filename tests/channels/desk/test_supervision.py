"""What missed its limit or was rated badly, at the desks of its department and of supervision."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.test import Client

from tests.channels.desk.conftest import Moment, deliver, seat
from tests.factories import approvals as factory
from tests.factories import readings
from tests.factories.cases import Cast
from tests.factories.exchange import OFFICER
from tongban.channels.desk.views import supervision
from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange import queries as calls
from tongban.oversight.ratings import operations as ratings
from tongban.oversight.ratings.types import Level
from tongban.services.approvals import operations as approvals
from tongban.services.approvals.types import Outcome

PAGE = "/desk/supervision"


def late(offices: Cast, moment: Moment) -> uuid.UUID:
    """Return a case whose promise ended with nothing decided."""
    case_id = factory.accepted(offices, "alone")
    moment.at = factory.moment(1, 20)
    deliver(moment.at)
    return case_id


def rated(offices: Cast, moment: Moment) -> uuid.UUID:
    """Return a case that was closed and rated badly on a Wednesday."""
    case_id = factory.accepted(offices, "alone")
    moment.at = factory.moment(1, 7)
    one = factory.branch(case_id)
    factory.opinion(one, at=moment.at)
    approvals.decide(branch_id=one.id, outcome=Outcome.GRANTED, by=factory.head("market"), at=moment.at)
    deliver(moment.at)
    said = {"level": Level.DISSATISFIED, "tag_codes": ("213",), "words": "排了两次队"}
    ratings.rate(case_id=case_id, by=offices.applicant, at=moment.at, **said)  # type: ignore[arg-type]
    return case_id


def page(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def form(shown: str, name: str) -> str:
    """Return where the form of an act is sent."""
    found = re.search(rf'action="({PAGE}/\w+/[0-9a-f-]+/{name})"', shown)
    assert found, f"no form for {name}"
    return found[1]


@pytest.mark.slow
def test_a_missed_limit_is_explained_given_back_and_closed(offices: Cast, moment: Moment) -> None:
    late(offices, moment)
    head, supervisor = seat("market-9"), seat("supervisor-1")
    shown = page(head)
    assert (
        "超过承诺时限" in shown and "优化营商环境条例 36" in shown and "到 2026-01-19 没有作出决定" in shown
    )
    where = form(shown, "explain")
    refused = head.post(where, {"text": "忙"})
    assert refused.status_code == 422
    assert "至少四个字" in refused.content.decode() and ">忙</textarea>" in refused.content.decode()
    assert head.post(where, {"text": "人手不足，已经增加"}).status_code == 303
    assert "/explain" not in page(head)
    shown = page(supervisor)
    assert "人手不足，已经增加" in shown
    assert "写明哪里没有说清" in shown
    assert supervisor.post(form(shown, "return"), {"text": "请写明整改措施"}).status_code == 303
    assert head.post(where, {"text": "今后提前三天提醒"}).status_code == 303
    assert supervisor.post(form(page(supervisor), "close"), {"text": "核对属实"}).status_code == 303
    assert "超过承诺时限" not in page(supervisor)
    assert "核对属实" in page(supervisor, PAGE + "?of=closed")


@pytest.mark.slow
def test_a_bad_rating_is_contacted_answered_and_called_back(offices: Cast, moment: Moment) -> None:
    case_id = rated(offices, moment)
    reviewer, supervisor = seat("market-1"), seat("supervisor-1")
    shown = page(reviewer)
    assert "差评：不满意" in shown and "窗口人员业务不熟练" in shown and "排了两次队" in shown
    sent = {"text": "已电话联系，情况属实", "complex": "yes"}
    assert reviewer.post(form(shown, "contact"), sent).status_code == 303
    shown = page(reviewer)
    assert "2026 年 1 月 28 日" in shown
    assert reviewer.post(form(shown, "answer"), {"text": "改为一次取号"}).status_code == 303
    assert supervisor.post(form(page(supervisor), "close"), {"text": "回访：满意"}).status_code == 303
    assert "回访：满意" in page(supervisor, PAGE + "?of=closed")
    assert f"/desk/cases/{case_id}" in page(supervisor, PAGE + "?of=closed")
    english = page(supervisor, "/en" + PAGE + "?of=closed")
    assert "Bad rating: Dissatisfied" in english


def test_who_only_supervises_lands_where_there_is_something_to_do(offices: Cast) -> None:
    assert seat("supervisor-1").get("/desk")["Location"] == PAGE
    assert seat("supervisor-1").get("/desk?view=done").status_code in (303, 403)


@pytest.mark.slow
def test_what_was_not_looked_after_is_red(offices: Cast, moment: Moment) -> None:
    rated(offices, moment)
    assert "dlight-amber" in page(seat("market-1"))
    moment.pass_days(2)
    shown = page(seat("supervisor-1"))
    assert "dlight-red" in shown and "差评没有按时处置" in shown
    assert moment.at.date() == dt.date(2026, 1, 9)


def test_others_see_nothing_and_an_address_made_up_does_nothing(offices: Cast, moment: Moment) -> None:
    late(offices, moment)
    other = seat("fire-9")
    assert "超过承诺时限" not in page(other)
    where = form(page(seat("market-9")), "explain")
    assert other.post(where, {"text": "我来说明一下"}).status_code == 403
    head = seat("market-9")
    assert head.post(where.replace("explain", "open"), {"text": "没有这样的事"}).status_code == 404
    assert head.get(where).status_code == 404
    assert head.post(f"{PAGE}/entries/{uuid.uuid4()}/explain", {"text": "没有这张单"}).status_code == 404


def test_many_matters_are_paged_and_an_act_leads_back_to_its_page(
    offices: Cast, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "SIZE", 1)
    late(offices, moment)
    moment.at = factory.moment(1, 5)
    late(offices, moment)
    head = seat("market-9")
    first, second = page(head), page(head, f"{PAGE}?page=2")
    assert first.count('class="dmatter"') == second.count('class="dmatter"') == 1
    assert f"{PAGE}?page=2" in first and f"{PAGE}?page=3" not in second
    found = re.search(rf'action="({PAGE}/\w+/([0-9a-f-]+)/explain\?page=2)"', second)
    assert found and f"one-{found[2]}" not in first
    done = head.post(found[1], {"text": "系统升级，材料晚到一天。"})
    assert done["Location"] == f"{PAGE}?page=2#one-{found[2]}"
    assert 'class="dmatter"' in page(head, f"{PAGE}?page=99"), "the last page, not an empty one"


@pytest.mark.slow
def test_ratings_are_counted_for_heads_and_supervision_and_for_nobody_else(
    offices: Cast, moment: Moment
) -> None:
    rated(offices, moment)
    moment.pass_days(2)
    for who in ("market-9", "supervisor-1"):
        shown = page(seat(who), f"{PAGE}/ratings")
        assert "好评率 0.0%" in shown and "窗口人员业务不熟练 1" in shown and "不满意 1" in shown
        assert "1 件没有了结" in shown and "1 件超期" in shown and "2026 年 1 月 8 日到期" in shown
        assert "最近 30 天" in page(seat(who), f"{PAGE}/ratings?days=30&page=7")
        assert f'href="{PAGE}/ratings"' in page(seat(who))
    assert "没有评价" in page(seat("fire-9"), f"{PAGE}/ratings")
    assert "0.0% good" in page(seat("market-9"), f"/en{PAGE}/ratings?days=nonsense")
    reviewer = seat("market-1")
    assert f'href="{PAGE}/ratings"' not in page(reviewer)
    assert reviewer.get(f"{PAGE}/ratings").status_code == 403


def test_a_supervisor_of_another_department_confirms_secrecy_beyond_the_longest_period(
    offices: Cast, moment: Moment
) -> None:
    grant = readings.make_grant(consumer=readings.ASKING)
    last = moment.at.date() + dt.timedelta(days=30)
    exchange.keep_secret(
        grant=grant, law="supervision", reason="调查阶段", until=last, by=OFFICER, at=moment.at
    )
    address, supervisor = f"{PAGE}/secrecy", seat("supervisor-1")
    assert "依法保密的" in page(supervisor) and "调查阶段" in page(supervisor, address)
    (found,) = calls.secrecies()
    assert supervisor.post(address, {"id": str(found.id), "reason": ""}).status_code == 422
    assert supervisor.post(address, {"id": "x", "reason": "还要调查"}).status_code == 404
    assert supervisor.post(address, {"id": str(found.id), "reason": "还要调查"}).status_code == 303
    (confirmed,) = calls.secrecies()
    assert confirmed.confirmed_until == found.confirmed_until + dt.timedelta(days=180)
    assert seat("market-9").get(address).status_code == 403
    assert supervisor.get(f"/en{address}").status_code == 200
