"""A paper that is asked by what the form says: obtained where it is the applicant's own, and as if not there where it is not."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.by_form import (
    CHECK,
    NOBODYS,
    OTHERS,
    OWN,
    PURCHASE,
    STRANGER,
    Departments,
    load,
    offer,
    open_departments,
    resource,
)
from tests.factories.cases import CLERK, MONDAY, Cast, fill, get, start
from tests.factories.obtaining import Register
from tongban.datahub.exchange import known
from tongban.datahub.exchange import queries as exchanges
from tongban.datahub.exchange.types import About, AboutWanted, Asked, Row
from tongban.foundation.identity import queries as identity
from tongban.foundation.outbox import operations as outbox
from tongban.services.cases import operations
from tongban.services.cases.models import Case
from tongban.services.cases.types import CaseMaterial, Demand, MaterialState
from tongban.services.obtaining import operations as obtaining
from tongban.services.obtaining import rules
from tongban.services.obtaining.models import Want

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def departments(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Departments]:
    monkeypatch.setattr(rules, "IDENTIFIES", ("shop-name",))  # in this city no two shops have one name
    found = open_departments(identity.identifiers_of(cast.subject).number)
    with obtaining.in_this_transaction():
        yield found
    known.forget()


def paper(case_id: uuid.UUID, cast: Cast, code: str) -> CaseMaterial:
    return next(one for one in get(case_id, cast.applicant).materials if one.code == code)


def says(cast: Cast, case_id: uuid.UUID, shop: object, at: dt.datetime = MONDAY) -> None:
    operations.save_fields(case_id=case_id, values={"shop-name": shop}, by=cast.applicant, at=at)


def told(case_id: uuid.UUID, cast: Cast) -> list[tuple[object, ...]]:
    """Return everything that an applicant can see of the papers, but for numbers and moments."""
    return [
        (one.code, one.state, one.kind, one.reason, one.law, got and (got.standing, got.provider, got.label, got.fields))
        for one in get(case_id, cast.applicant).materials
        for got in (one.obtained,)
    ]  # fmt: skip


def about(number: str) -> tuple[About, ...]:
    since = MONDAY - dt.timedelta(days=1)
    wanted = AboutWanted(since, MONDAY + dt.timedelta(days=2))
    return exchanges.readings_about(exchanges.digest_of(number), wanted, at=MONDAY)


def test_before_the_form_says_by_what_the_page_says_so_and_nobody_is_asked(
    cast: Cast, departments: Departments
) -> None:
    case_id = start(cast)
    one, two = paper(case_id, cast, "layout"), paper(case_id, cast, "id-copy")
    assert (one.state, one.reason) == (
        MaterialState.EXEMPT,
        "填好“店名”后，我们向上海市公安局取得“购店信息”，不用您交",
    )
    assert (two.state, two.reason) == (
        MaterialState.EXEMPT,
        "填好“店名”后，我们向上海市公安局取得“验店信息”，不用您交",
    )
    outbox.deliver(at=MONDAY + 10 * SECOND)
    assert not departments.purchases.asked and not departments.checks.asked


def test_once_it_does_the_papers_are_obtained_the_second_by_what_the_first_has_shown(
    cast: Cast, departments: Departments
) -> None:
    case_id = start(cast)
    says(cast, case_id, OWN)
    assert paper(case_id, cast, "layout").is_under_way
    assert (
        paper(case_id, cast, "id-copy").reason
        == "核实“店名”在您名下以后，我们向上海市公安局取得“验店信息”，不用您交"
    )
    assert operations.obtain_papers(case_id=case_id, at=MONDAY)
    assert paper(case_id, cast, "layout").reason == "由上海市公安局数据共享取得：购店信息"
    assert paper(case_id, cast, "id-copy").reason == "由上海市公安局数据共享取得：验店信息"
    assert [one.parameters for one in departments.checks.asked] == [{"shop": OWN}]
    assert get(case_id, cast.applicant).fields["floor-area"].value == 60, "what came fills in what is empty"


def test_without_a_page_the_timer_does_it(cast: Cast, departments: Departments) -> None:
    case_id = start(cast)
    says(cast, case_id, OWN)
    outbox.deliver(at=MONDAY + 10 * SECOND)
    outbox.deliver(at=MONDAY + 20 * SECOND)
    assert {
        one.standing for code in ("layout", "id-copy") if (one := paper(case_id, cast, code).obtained)
    } == {"found"}


@pytest.mark.law("obtained-by-form-only-ones-own")
def test_what_is_somebody_elses_looks_as_what_is_not_there(cast: Cast, departments: Departments) -> None:
    seen = {}
    for shop in (OTHERS, NOBODYS):
        case_id = start(cast)
        says(cast, case_id, shop)
        operations.obtain_papers(case_id=case_id, at=MONDAY)
        outbox.deliver(at=MONDAY + dt.timedelta(hours=3))
        seen[shop] = told(case_id, cast), dict(get(case_id, cast.applicant).fields)["shop-name"].source
    assert seen[OTHERS] == seen[NOBODYS]
    assert [
        one.asked["shop"] if isinstance(one, dict) else one.parameters["shop"]
        for one in departments.purchases.asked
    ] == [OTHERS, NOBODYS]
    assert not departments.checks.asked, "who does not say whose it is was never asked"
    wants = {
        (one.state, one.problem, bytes(one.content or b""), one.digest, one.attempts)
        for one in Want.objects.all()
    }
    assert len(wants) == 1, "nor does what is kept tell one from the other"


def test_the_one_whose_it_is_learns_of_it_and_the_applicant_does_not(
    cast: Cast, departments: Departments
) -> None:
    case_id = start(cast)
    says(cast, case_id, OTHERS)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    (call,) = about(STRANGER)
    assert (call.is_named, call.issue, call.fields) == (True, "", ("shop", "buyer-id-number", "area"))
    assert about(departments.number) == ()
    says(cast, case_id, OWN)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    assert len(about(departments.number)) == 1


@pytest.mark.parametrize("shop", [OTHERS, NOBODYS])
def test_a_mistake_is_mended_and_asked_for_again(cast: Cast, departments: Departments, shop: str) -> None:
    case_id = start(cast)
    says(cast, case_id, shop)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    assert (
        paper(case_id, cast, "layout").reason
        == "已向上海市公安局查询“购店信息”，没有查到能用的记录，需要您准备"
    )
    assert (
        paper(case_id, cast, "id-copy").reason
        == "没能核实“店名”在您名下，没有向上海市公安局查询“验店信息”，需要您准备"
    )
    says(cast, case_id, f" {OWN}")
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    assert {paper(case_id, cast, one).state for one in ("layout", "id-copy")} == {MaterialState.EXEMPT}


def test_what_came_by_another_value_is_gone_with_it(cast: Cast, departments: Departments) -> None:
    case_id = start(cast)
    says(cast, case_id, OWN)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    says(cast, case_id, OTHERS)
    assert paper(case_id, cast, "layout").is_under_way
    assert Want.objects.get(material="layout").content is None
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    assert {paper(case_id, cast, one).state for one in ("layout", "id-copy")} == {MaterialState.MISSING}
    says(cast, case_id, None)
    assert paper(case_id, cast, "layout").reason.startswith("填好")


def test_a_list_of_values_is_not_tried(cast: Cast, departments: Departments) -> None:
    case_id = start(cast)
    for number in range(rules.MOST_TRIES + 3):
        says(cast, case_id, f"{OTHERS}{number}", MONDAY + number * SECOND)
        operations.obtain_papers(case_id=case_id, at=MONDAY + number * SECOND)
    says(cast, case_id, OWN, MONDAY + 60 * SECOND)
    operations.obtain_papers(case_id=case_id, at=MONDAY + 60 * SECOND)
    assert len(departments.purchases.asked) == rules.MOST_TRIES
    assert {paper(case_id, cast, one).state for one in ("layout", "id-copy")} == {MaterialState.MISSING}


def test_an_answer_to_what_the_form_said_before_is_not_kept(cast: Cast, departments: Departments) -> None:
    case_id = start(cast)
    says(cast, case_id, OWN)

    def changed_meanwhile(asked: Asked) -> Sequence[Row]:
        departments.purchases.rows = departments.sold
        says(cast, case_id, NOBODYS)
        return departments.sold(asked)

    departments.purchases.rows = changed_meanwhile
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    assert paper(case_id, cast, "layout").is_under_way or paper(case_id, cast, "layout").is_open
    operations.obtain_papers(case_id=case_id, at=MONDAY + SECOND)
    assert paper(case_id, cast, "layout").is_open
    assert Want.objects.get(material="layout").content is None


def test_where_the_answer_would_not_say_whose_it_is_nobody_is_asked(cast: Cast) -> None:
    register = Register()
    load(resource("check", "验店信息", CHECK), resource("purchase", "购店信息", PURCHASE))
    offer("check", "id-copy", register, ("shop", "result"))
    offer("purchase", "layout", register, ("shop", "area"))
    case_id = start(cast)
    says(cast, case_id, OWN)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    assert {paper(case_id, cast, one).reason for one in ("layout", "id-copy")} == {"需要您准备"}
    assert not register.asked


def test_records_of_places_that_are_open_to_all_are_asked_for_without_an_owner(cast: Cast) -> None:
    register = Register([{"shop": NOBODYS, "result": "合格"}])
    load(resource("check", "验店信息", CHECK, subject="place", opening="unconditional"))
    offer("check", "id-copy", register, ("shop", "result"))
    with obtaining.in_this_transaction():
        case_id = start(cast)
        says(cast, case_id, NOBODYS)
        operations.obtain_papers(case_id=case_id, at=MONDAY)
    assert paper(case_id, cast, "id-copy").reason == "由上海市公安局数据共享取得：验店信息"


def test_what_is_handed_in_while_it_is_under_way_is_obtained_afterwards(
    cast: Cast, departments: Departments
) -> None:
    departments.purchases.rows = RuntimeError("down")
    case_id = start(cast)
    fill(cast, case_id)
    says(cast, case_id, OWN)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    receipt = operations.submit(case_id=case_id, by=cast.applicant, at=MONDAY + SECOND)
    departments.purchases.rows = departments.sold
    for minute in range(1, 4):
        outbox.deliver(at=MONDAY + dt.timedelta(minutes=minute))
    assert paper(receipt.case_id, cast, "layout").reason == "由上海市公安局数据共享取得：购店信息"
    assert paper(receipt.case_id, cast, "id-copy").reason == "由上海市公安局数据共享取得：验店信息"


def test_a_supplement_with_another_value_is_asked_for_and_asks_nobody_for_more(
    cast: Cast, departments: Departments
) -> None:
    case_id = start(cast)
    says(cast, case_id, OWN)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    fill(cast, case_id, shop=OWN)
    operations.submit(case_id=case_id, by=cast.applicant, at=MONDAY)
    wrong = Demand("店名和招牌不一致", field="shop-name")
    operations.give_notice(case_id=case_id, demands=[wrong], by=CLERK, at=MONDAY)
    says(cast, case_id, OTHERS)
    assert paper(case_id, cast, "layout").is_under_way
    assert Want.objects.get(material="layout").content is None, "what came by the value before is gone"
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    one, two = paper(case_id, cast, "layout"), paper(case_id, cast, "id-copy")
    assert {one.state, two.state} == {MaterialState.EXEMPT}
    assert one.reason == "已向上海市公安局查询“购店信息”，没有取得；要补的话，受理部门会一次告诉您"
    assert (
        two.reason
        == "没能核实“店名”在您名下，没有向上海市公安局查询“验店信息”；要补的话，受理部门会一次告诉您"
    )
    says(cast, case_id, OWN)
    operations.obtain_papers(case_id=case_id, at=MONDAY)
    assert {paper(case_id, cast, code).obtained.standing for code in ("layout", "id-copy")} == {"found"}  # type: ignore[union-attr]


def statements_of(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)


def test_a_save_that_changes_nothing_that_is_asked_by_costs_what_it_did(
    cast: Cast, departments: Departments
) -> None:
    def save(case_id: uuid.UUID, area: int) -> Callable[[], object]:
        values = {"floor-area": area}
        return lambda: operations.save_fields(case_id=case_id, values=values, by=cast.applicant, at=MONDAY)

    asked, not_asked = start(cast), start(cast)
    Case.objects.filter(id=not_asked).update(asked_by=[])
    says(cast, asked, OWN)
    save(asked, 1)()  # warm: what a process remembers is asked for once
    assert statements_of(save(asked, 2)) == statements_of(save(not_asked, 2))
