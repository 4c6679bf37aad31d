"""A paper that a department has: obtained by a signed call, once, and asked for again where nothing comes."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest

from tests.factories import readings
from tests.factories.cases import MONDAY, Cast, fill, get, start, submit
from tests.factories.exchange import make_caller
from tests.factories.obtaining import CASES, POPULATION, RESOURCE, Register, holder, publish, state
from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange import queries as exchanges
from tongban.datahub.exchange.types import AboutWanted, Asked, Row
from tongban.datahub.resources import operations as resources
from tongban.datahub.resources.models import Grant
from tongban.foundation.identity import queries as identity
from tongban.foundation.messages import queries as messages
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.models import Delivery
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.cases import operations
from tongban.services.cases.types import CaseMaterial, MaterialState
from tongban.services.disclosures import queries as disclosures
from tongban.services.exemptions import queries as exemptions
from tongban.services.exemptions.types import Standing
from tongban.services.obtaining import operations as obtaining
from tongban.services.obtaining import queries
from tongban.services.obtaining.models import Want
from tongban.services.obtaining.operations import asking
from tongban.services.obtaining.rules import PAUSES

SECOND = dt.timedelta(seconds=1)


def paper(case_id: uuid.UUID, cast: Cast, code: str = "id-copy") -> CaseMaterial:
    return next(one for one in get(case_id, cast.applicant).materials if one.code == code)


def number_of(cast: Cast) -> str:
    return identity.identifiers_of(cast.subject).number


def test_nobody_is_asked_before_a_demand_was_stated(cast: Cast, register: Register) -> None:
    case_id = start(cast)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    assert (paper(case_id, cast).state, paper(case_id, cast).obtained) == (MaterialState.EXEMPT, None)
    assert not register.asked


def test_a_granted_paper_is_obtained_and_its_source_is_shown(cast: Cast, register: Register) -> None:
    state()
    case_id = start(cast)
    before = paper(case_id, cast)
    assert (before.state, before.is_under_way) == (MaterialState.EXEMPT, True)
    assert before.reason == "正在向上海市公安局取得“人口基本信息”，不用您准备"
    assert operations.obtain_papers(case_id=case_id, at=MONDAY)
    after = paper(case_id, cast)
    assert (after.state, after.kind, after.reason) == (
        MaterialState.EXEMPT, "data_sharing", "由上海市公安局数据共享取得：人口基本信息",
    )  # fmt: skip
    assert after.law == "《国务院关于在线政务服务的若干规定》第 7 条"
    assert after.obtained is not None
    assert (after.obtained.standing, after.obtained.fields) == ("found", ("证件号码", "姓名"))
    assert after.obtained.at == MONDAY


def test_the_call_is_on_record_for_the_person_and_for_the_court(cast: Cast, register: Register) -> None:
    state()
    case_id = start(cast)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    (exchange_,) = exchanges.exchanges_about(number_of(cast))
    assert (exchange_.consumer, exchange_.provider, exchange_.issue) == (CASES, POPULATION, str(case_id))
    assert (exchange_.user, exchange_.status, exchange_.fields) == (
        "item:food-licence",
        200,
        ("id-number", "name"),
    )
    obtained = paper(case_id, cast).obtained
    assert obtained is not None
    assert obtained.exchange == exchange_.id
    evidence = exchanges.evidence_of(exchange_.id)
    assert evidence is not None
    assert evidence.key.subsystem == CASES


def test_only_the_node_s_own_call_is_by_rule_whoever_names_an_item(cast: Cast, register: Register) -> None:
    state()
    operations.obtain_papers(case_id=start(cast), at=MONDAY)
    subject = exchanges.digest_of(number_of(cast))
    wanted = AboutWanted(MONDAY - SECOND, MONDAY + 2 * SECOND)
    (own,) = exchanges.readings_about(subject, wanted, at=MONDAY)
    assert own.is_by_rule
    found = exchanges.find_about(subject, own.id, at=MONDAY)
    assert found == own
    with readings.on(MONDAY + SECOND):
        make_caller(CASES).call(
            f"/r1/{POPULATION}/{RESOURCE}?id-number={number_of(cast)}", headers={"x-road-userid": own.user}
        )
    others, again = exchanges.readings_about(subject, wanted, at=MONDAY)
    assert (again, others.user, others.is_by_rule) == (own, own.user, False)


@pytest.mark.law("data-purpose-audited")
def test_what_was_asked_for_another_item_is_found(cast: Cast, register: Register) -> None:
    state()
    case_id = start(cast)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    period = (MONDAY - SECOND, MONDAY + dt.timedelta(days=1))
    assert disclosures.asked_beside_purpose(*period) == ()
    Grant.objects.update(items=["another-item"])
    (found,) = disclosures.asked_beside_purpose(*period)
    (called,) = exchanges.exchanges_about(number_of(cast))
    assert (found.consumer, found.issue, found.items) == (CASES, str(case_id), ("another-item",))
    assert (found.calls, found.first) == (1, called.id)


def test_only_what_was_granted_is_kept_and_it_is_encrypted(cast: Cast, register: Register) -> None:
    state()
    case_id = start(cast)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    (answer,) = queries.answers(Subject("case", str(case_id)))
    assert answer.rows == (
        {"证件号码": f"{number_of(cast)[:3]}{'*' * 13}{number_of(cast)[-2:]}", "姓名": "**雯"},
    )
    row = Want.objects.get()
    assert number_of(cast).encode() not in bytes(row.content or b"") + bytes(row.parameters)


def test_one_call_for_a_case_however_often_it_is_looked_at(cast: Cast, register: Register) -> None:
    state()
    case_id = start(cast)
    for second in range(3):
        operations.obtain_papers(case_id=case_id, at=MONDAY + second * SECOND)
    assert len(register.asked) == 1
    assert len(exemptions.examinations(Subject("case", str(case_id)))) == 2


def test_the_timer_obtains_what_no_page_has(cast: Cast, register: Register) -> None:
    state()
    case_id = start(cast)
    outbox.deliver(at=MONDAY + 10 * SECOND)
    obtained = paper(case_id, cast).obtained
    assert obtained is not None
    assert obtained.standing == "found"
    assert queries.next_at(Subject("case", str(case_id))) is None


def test_a_record_that_is_not_there_has_the_paper_asked_for(cast: Cast, register: Register) -> None:
    register.rows = ()
    state()
    case_id = start(cast)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    one = paper(case_id, cast)
    assert (one.state, one.reason) == (
        MaterialState.MISSING, "已向上海市公安局查询“人口基本信息”，没有查到能用的记录，需要您准备",
    )  # fmt: skip
    assert len(register.asked) == 1


@pytest.mark.parametrize(
    "rows",
    [
        RuntimeError("down"),
        [{"id-number": "11010119900101001X", "name": "别人"}],
        [{"id-number": 7}],
    ],
)
def test_a_provider_that_is_down_or_lies_is_asked_again_and_then_the_paper_is(
    cast: Cast, register: Register, rows: object
) -> None:
    register.rows = rows  # type: ignore[assignment]
    state()
    case_id, at = start(cast), MONDAY
    for pause in (0, *PAUSES):
        assert paper(case_id, cast).is_under_way
        at += dt.timedelta(seconds=pause)
        operations.obtain_papers(case_id=case_id, at=at)
        operations.obtain_papers(case_id=case_id, at=at)
    one = paper(case_id, cast)
    assert (one.state, one.reason) == (
        MaterialState.MISSING, "暂时没能从上海市公安局取得“人口基本信息”，请您先准备一份",
    )  # fmt: skip
    assert len(register.asked) == len(PAUSES) + 1


def test_a_provider_that_comes_back_is_heard(cast: Cast, register: Register) -> None:
    rows, register.rows = register.rows, RuntimeError("down")
    state()
    case_id = start(cast)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    register.rows = rows
    outbox.deliver(at=MONDAY + dt.timedelta(minutes=2))
    obtained = paper(case_id, cast).obtained
    assert obtained is not None
    assert obtained.standing == "found"


def test_a_grant_that_was_taken_back_gives_nothing(cast: Cast, register: Register) -> None:
    request = state()
    case_id = start(cast)
    grant = Want.objects.get().grant
    resources.revoke_grant(grant_id=grant, why="用途不符", by=SYSTEM, at=MONDAY)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    assert paper(case_id, cast).state is MaterialState.MISSING
    assert not register.asked, f"request {request} has no grant any more"
    assert paper(start(cast), cast).reason == "需要您准备"


def test_a_service_that_is_not_published_yet_leaves_the_paper_to_be_asked_for(
    cast: Cast, register: Register
) -> None:
    state()
    exchange.enable_service(
        provider=POPULATION, code="population-basic", is_enabled=False, reason="检修", by=SYSTEM, at=MONDAY
    )
    assert paper(start(cast), cast).state is MaterialState.MISSING
    publish(register, is_enabled=True)
    assert paper(start(cast), cast).is_under_way


def test_a_paper_of_which_nothing_says_that_it_is_shared_is_obtained_by_its_grant(
    cast: Cast, register: Register
) -> None:
    state("layout")
    case_id = start(cast)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    assert paper(case_id, cast, "layout").reason == "由上海市公安局数据共享取得：人口基本信息"


def test_no_answer_leaves_a_commitment_where_one_can_take_the_place(cast: Cast, register: Register) -> None:
    register.rows = ()
    state("health")
    case_id = start(cast)
    assert paper(case_id, cast, "health").state is MaterialState.EXEMPT
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    one = paper(case_id, cast, "health")
    assert (one.state, one.kind) == (MaterialState.MISSING, "commitment")


def test_a_case_is_handed_in_while_a_paper_is_under_way_and_nobody_asks_the_applicant_for_it(
    cast: Cast, register: Register
) -> None:
    register.rows = RuntimeError("down")
    state()
    receipt = submit(cast)
    register.rows = ()
    outbox.deliver(at=MONDAY + dt.timedelta(minutes=2))
    one = paper(receipt.case_id, cast)
    assert (one.state, one.obtained and one.obtained.standing) == (MaterialState.EXEMPT, "not_found")
    assert one.reason == "已向上海市公安局查询“人口基本信息”，没有取得；要补的话，受理部门会一次告诉您"
    (exchange_,) = [one for one in exchanges.exchanges_about(number_of(cast)) if one.status == 200]
    assert exchange_.issue == receipt.number


def test_what_was_decided_is_kept_with_what_it_stood_on(cast: Cast, register: Register) -> None:
    state()
    case_id = start(cast)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    last, first = exemptions.examinations(Subject("case", str(case_id)))
    found = [next(one.evidence for one in at.decisions if one.code == "id-copy") for at in (first, last)]
    assert [one and one.standing for one in found] == [Standing.UNDER_WAY, Standing.FOUND]


@pytest.mark.law("obtained-kept-shortly")
def test_what_came_back_is_erased_in_its_time(cast: Cast, register: Register) -> None:
    state()
    case_id = start(cast)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    year = dt.timedelta(days=365)
    assert obtaining.erase_due(by=SYSTEM, at=MONDAY + year) == 0
    assert obtaining.erase_due(by=SYSTEM, at=MONDAY + year + dt.timedelta(days=1)) == 1
    assert queries.answers(Subject("case", str(case_id))) == ()
    assert len(exchanges.exchanges_about(number_of(cast))) == 1, "that it was asked for stays on record"


def test_what_came_after_the_page_was_sent_is_learned_by_the_timer(cast: Cast, register: Register) -> None:
    state()
    case_id = start(cast)
    obtaining.obtain(subject=Subject("case", str(case_id)), issue="x", within=1, at=MONDAY)
    assert paper(case_id, cast).is_under_way, "the case has not heard of it yet"
    outbox.deliver(at=MONDAY + 10 * SECOND)
    obtained = paper(case_id, cast).obtained
    assert obtained is not None
    assert obtained.standing == "found"


@pytest.mark.slow
def test_the_timer_waits_as_long_as_the_pauses_say(cast: Cast, register: Register) -> None:
    register.rows = RuntimeError("down")
    state()
    case_id = start(cast)
    at = MONDAY + dt.timedelta(hours=3)
    for second in range(0, 3 * 3600, 60):
        outbox.deliver(at=MONDAY + second * SECOND)
    assert len(register.asked) == len(PAUSES) + 1
    assert paper(case_id, cast).state is MaterialState.MISSING
    assert not Delivery.objects.filter(timer=f"obtaining:case:{case_id}", due_at__gt=at).exists()
    told = [one for one in messages.inbox(cast.subject) if one.template == "cases.paper-needed"]
    assert [one.body for one in told] == [
        "“食品经营许可”里的《身份证复印件》，我们多次向上海市公安局取，一直没有取到。请您在草稿里补上，别的都不用变。"
    ]


@pytest.mark.law("obtained-purpose-over")
def test_a_draft_that_is_dropped_is_asked_for_no_more_and_what_came_goes_with_it(
    cast: Cast, register: Register
) -> None:
    state()
    came, waits = start(cast), start(cast)
    operations.obtain_papers(case_id=came, at=MONDAY)
    for case_id in (came, waits):
        operations.withdraw(case_id=case_id, by=cast.applicant, at=MONDAY)
    outbox.deliver(at=MONDAY + dt.timedelta(hours=3))
    assert len(register.asked) == 1
    assert queries.answers(Subject("case", str(came))) == ()
    assert not any(bytes(one.parameters) for one in Want.objects.all())
    assert len(exchanges.exchanges_about(number_of(cast))) == 1, "that it was asked for stays on record"


def test_a_case_that_was_handed_in_and_taken_back_keeps_what_it_stood_on(
    cast: Cast, register: Register
) -> None:
    state()
    case_id = start(cast)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    fill(cast, case_id)
    operations.submit(case_id=case_id, by=cast.applicant, at=MONDAY)
    operations.withdraw(case_id=case_id, by=cast.applicant, at=MONDAY)
    assert len(queries.answers(Subject("case", str(case_id)))) == 1


def knows_the_shop(asked: Asked) -> list[Row]:
    return [{**holder(asked)[0], "shop": "老店"}]


def test_what_came_fills_in_fields_that_are_empty_and_stays_the_applicants_to_change(
    cast: Cast, register: Register
) -> None:
    register.rows = knows_the_shop
    state(fields=("id-number", "name", "shop"))
    case_id = start(cast)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    fields = get(case_id, cast.applicant).fields
    assert (fields["shop-name"].value, fields["shop-name"].source) == ("老店", "shared:上海市公安局")
    assert fields["applicant-name"].source == "register:人口库", "what was there stays"
    operations.save_fields(case_id=case_id, values={"shop-name": "新店"}, by=cast.applicant, at=MONDAY)
    assert get(case_id, cast.applicant).fields["shop-name"].source == "applicant"


def test_what_the_applicant_has_written_is_not_overwritten(cast: Cast, register: Register) -> None:
    register.rows = knows_the_shop
    state(fields=("id-number", "name", "shop"))
    case_id = start(cast)
    operations.save_fields(case_id=case_id, values={"shop-name": "新店"}, by=cast.applicant, at=MONDAY)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    assert get(case_id, cast.applicant).fields["shop-name"].value == "新店"


def test_of_several_records_nobody_can_tell_which_is_meant(cast: Cast, register: Register) -> None:
    register.rows = lambda asked: knows_the_shop(asked) * 2
    state(fields=("id-number", "name", "shop"))
    case_id = start(cast)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    assert paper(case_id, cast).state is MaterialState.EXEMPT
    assert "shop-name" not in get(case_id, cast.applicant).fields


def test_a_provider_is_asked_for_one_paper_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has few places, and who finds none waits for seconds; several providers are asked at the same time."""
    busy: list[str] = []
    rows = [(f"{provider} {number}", provider) for number in range(4) for provider in ("a", "b", "c")]
    together = threading.Barrier(3, timeout=30)
    asked: list[str] = []

    def ask(id: str, *_: object) -> None:
        provider = id.split()[0]
        assert provider not in busy
        busy.append(provider)
        together.wait()
        asked.append(id)
        busy.remove(provider)

    monkeypatch.setattr(asking.statements, "rows", lambda *_: rows)
    monkeypatch.setattr(asking, "_ask", ask)
    asking.obtain(subject=Subject("case", "1"), issue="TB1", within=30, at=MONDAY)
    assert sorted(asked) == sorted(id for id, _ in rows)
