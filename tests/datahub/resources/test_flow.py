"""What the desk of data has on top: figures that add up, what waits by its clock, data that is passed on."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from tests.factories.resources import AUTHORITY, MARKET, MORNING, OFFICE, data_city, load, wish
from tongban.datahub.resources import operations, queries
from tongban.datahub.resources.types import Demand, LegalBasis, RequestAct, RequestState, Stage
from tongban.foundation.identity import queries as identity
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import Conflict, Invalid, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(standing: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    load(data_city(tmp_path_factory.mktemp("city")))


@pytest.fixture(autouse=True)
def city(loaded: None, db: None) -> None:
    """Have the small city with data, which stands for the module."""


def on(month: int, day: int) -> dt.datetime:
    return dt.datetime(2026, month, day, 10, tzinfo=SHANGHAI)


def demand(
    code: str, resource: str | None, *fields: str, elements: tuple[str, ...] = (), material: str = "health"
) -> Demand:
    return Demand(
        code=code, department="market", item="food-licence", material=material, resource=resource, fields=fields,
        elements=elements, purpose="核验", basis=LegalBasis(law="食品安全法", article="45"),
    )  # fmt: skip


def wanted(one: Demand, at: dt.datetime = MORNING) -> uuid.UUID:
    return operations.list_and_state(demand=one, why="办件需要", promised=True, by=MARKET, at=at)


def test_every_demand_is_counted_once_where_it_stands() -> None:
    wanted(demand("open", "resident-basics", "name"))
    wanted(demand("hidden", "resident-basics", "adopted"))
    wanted(demand("nowhere", None, elements=("nobody-has-this",)))
    operations.state_listed(code="market-health", promised=True, by=MARKET, at=MORNING)

    found = queries.flow(at=MORNING)

    assert found.stages == {
        Stage.IN_USE: 1, Stage.WAITING: 1, Stage.UNSTATED: 0, Stage.DECLINED: 0, Stage.UNCLAIMED: 1, Stage.BARRED: 1,
    }  # fmt: skip
    assert (found.demands, found.matched, found.new) == (4, 2, 4)
    assert (found.in_time, found.late) == (1, 0)
    assert (found.duties, found.unused, found.negatives, found.laws) == (1, 1, 1, 1)
    assert found.answers_late == 0
    later = queries.flow(at=on(4, 1))
    assert (later.late, later.answers_late, later.new) == (1, 1, 0)


def test_what_an_owner_declines_or_takes_back_does_not_wait() -> None:
    request = operations.state_listed(code="market-health", promised=True, by=MARKET, at=MORNING)
    operations.refuse_request(
        request_id=request, legal_basis="食品安全法 45", reason="不需要", by=OFFICE, at=on(3, 3)
    )
    assert queries.flow(at=on(3, 3)).stages[Stage.DECLINED] == 1
    again = operations.state_listed(code="market-health", promised=True, by=MARKET, at=on(3, 4))
    operations.withdraw_request(request_id=again, reason="不要了", by=MARKET, at=on(3, 4))
    assert queries.stages(queries.demands(), at=on(3, 4)) == {"market-health": Stage.UNSTATED}


def test_what_waits_stands_by_its_clock_in_working_days() -> None:
    later = wanted(
        demand("shop", "health-checks", "shop", material="form")
    )  # no duty owes it: ten working days
    sooner = operations.state_demand(promised=True, wish=wish(), by=MARKET, at=MORNING)  # its duty: five

    found = queries.waiting(["office"])

    assert [one.id for one in found] == [sooner, later]
    assert queries.waiting(departments=["market"]) == found and queries.waiting(["market"]) == ()
    clock = queries.clocks_of(found, at=on(3, 5))[sooner]
    assert (clock.used, clock.allowed, clock.left, clock.is_near, clock.is_overdue) == (3, 5, 2, True, False)
    clock = queries.clocks_of(found, at=on(3, 11))[sooner]
    assert (clock.used, clock.left, clock.is_near, clock.is_overdue) == (7, -2, False, True)
    operations.grant_request(request_id=sooner, by=OFFICE, at=on(3, 5))
    assert queries.clocks_of([queries.get_request(sooner)], at=on(3, 5)) == {}


def test_what_nobody_has_and_was_refused_has_no_clock() -> None:
    request = wanted(demand("nowhere", None, elements=("nobody-has-this",)))
    operations.refuse_request(
        request_id=request, legal_basis="上海市数据条例 40", reason="没有部门有", by=AUTHORITY, at=on(3, 3)
    )
    found = queries.flow(at=on(3, 3))
    assert (found.stages[Stage.UNCLAIMED], found.in_time, found.late, found.answered) == (1, 0, 0, 1)


@pytest.mark.law("data-passed-on")
def test_who_does_not_have_it_passes_it_on_and_the_clock_runs_on() -> None:
    request = operations.state_demand(
        promised=True, wish=wish(None, elements=("nobody-has-this",), fields=(), asked="office"), by=MARKET, at=MORNING
    )  # fmt: skip
    due = queries.get_request(request).due_on

    operations.pass_on(
        request_id=request, department="cityscape", reason="招牌归市容管", by=OFFICE, at=on(3, 4)
    )

    passed = queries.get_request(request)
    assert (passed.owner, passed.due_on, passed.state) == ("cityscape", due, RequestState.QUEUED)
    assert queries.notes(request)[-1].act is RequestAct.FORWARD
    with pytest.raises(NotAllowed):
        operations.pass_on(request_id=request, department="office", reason="还是您的", by=OFFICE, at=on(3, 4))


@pytest.mark.law("data-passed-on")
@pytest.mark.parametrize(
    ("department", "reason"),
    [("", "不归我们"), ("office", "不归我们"), ("market", "不归我们"), ("cityscape", " ")],
)
def test_it_is_passed_on_to_somebody_else_with_a_reason(department: str, reason: str) -> None:
    request = operations.state_demand(
        promised=True, wish=wish(None, elements=("nobody-has-this",), fields=(), asked="office"), by=MARKET, at=MORNING
    )  # fmt: skip
    with pytest.raises(Invalid):
        operations.pass_on(
            request_id=request, department=department, reason=reason, by=AUTHORITY, at=on(3, 4)
        )


@pytest.mark.law("data-passed-on")
def test_what_a_department_has_it_does_not_pass_on() -> None:
    request = operations.state_demand(promised=True, wish=wish(), by=MARKET, at=MORNING)
    with pytest.raises(Conflict, match="health-checks"):
        operations.pass_on(
            request_id=request, department="cityscape", reason="不归我们", by=OFFICE, at=on(3, 4)
        )


def test_an_office_is_what_the_posts_say() -> None:
    office = queries.office_of(identity.staff_access("s-office", at=MORNING))
    assert (office.departments, office.is_authority, office.exists) == (("office",), False, True)
    office = queries.office_of(identity.staff_access("s-authority", at=MORNING))
    assert (office.departments, office.is_authority, office.exists) == ((), True, True)
