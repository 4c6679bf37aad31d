"""A small history is played twice, once with a kill in its midst: the same city comes out, with every way gone."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tongban.datahub.exchange import queries as exchange
from tongban.datahub.resources import queries as resources
from tongban.datahub.resources.types import RequestState
from tongban.demo import operations, queries
from tongban.demo.errors import NoDemonstration, OtherPlan
from tongban.demo.models import History, Told
from tongban.demo.plan.routes import WEIGHTS
from tongban.demo.types import Status
from tongban.foundation.outbox import queries as outbox
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import SYSTEM
from tongban.runtime import departments, environment
from tongban.runtime.environment import ROOT
from tongban.runtime.publishing import load_city
from tongban.services.approvals.types import BranchState
from tongban.services.cases.types import CaseState
from tongban.services.obtaining.models import Want
from tongban.services.obtaining.types import State

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=SHANGHAI)
CASES = len(WEIGHTS)


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def city(settings: Any) -> None:
    settings.DEMONSTRATION = True
    load_city(ROOT / "city" / "shanghai", by=SYSTEM, at=NOW - dt.timedelta(days=100))


def build(**changes: object) -> Status:
    values = {"seed": 1, "days": 90, "cases": CASES, "by": SYSTEM, "at": NOW} | changes
    return operations.build(**values)  # type: ignore[arg-type]


@pytest.mark.slow
def test_every_way_is_gone_and_a_kill_in_the_midst_changes_nothing(city: None) -> None:
    with pytest.raises(Killed):
        build(tell=kill)
    status = queries.status()
    assert status is not None and not status.is_finished
    assert queries.lane() is not None and queries.notice() is not None
    check_whole(build(seed=7, cases=5))  # it goes on as it was drawn, whatever is asked for now
    assert queries.notice() is None
    before = queries.digest()
    assert build(seed=9).seed == 1  # never twice
    assert queries.digest() == before


@pytest.mark.slow
def test_papers_of_the_past_are_obtained_from_the_departments_systems(city: None, tmp_path: Path) -> None:
    with departments.answering(replace(environment.read({}), state=tmp_path)):
        build(days=40)
    asked = Want.objects.exclude(state=State.WANTED.value)
    assert asked.filter(state=State.OBTAINED.value).exists()
    for want in asked:
        assert want.exchange is not None
        found = exchange.find_exchange(want.exchange)
        assert found is not None
        assert (found.provider, found.service, found.status) == (want.provider, want.service, 200)
    stated = resources.requests(size=1000)
    assert stated.total >= CASES - 5
    assert not [one for one in stated.items if one.state is RequestState.QUEUED and one.due_on is None]


def kill(status: Status) -> None:
    if 30 < status.percent < 70:
        raise Killed


@pytest.mark.slow
def test_the_same_seed_gives_the_same_city(city: None) -> None:
    found = []
    for tell in (kill, lambda status: None):
        with transaction.atomic():
            with suppress(Killed):
                build(cases=4, days=40, tell=tell)
            build(cases=4, days=40)
            found.append(queries.counts())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert sum(number for name, number in found[0].items() if name.startswith("case ")) == 4


def check_whole(status: Status) -> None:
    assert status.is_finished
    assert status.cases_done == CASES
    assert [row.left_because for row in Told.objects.exclude(left_because="")] == []
    assert [one.error for one in outbox.troubles()] == []
    states = {name.split(" ")[2] for name in queries.counts() if name.startswith("case ")}
    assert states >= {state.value for state in CaseState} - {"received", "decided"}
    acts = {name for name in queries.counts() if name.startswith("act ")}
    assert acts >= {
        "act deem_accepted", "act demand_later", "act dispute_value", "act give_notice", "act refuse_acceptance",
        "act sign_commitment", "act supplement", "act terminate", "act withdraw", "act close",
    }  # fmt: skip
    of_branches = {
        name.removeprefix("branch act ") for name in queries.counts() if name.startswith("branch act ")
    }
    assert of_branches >= {
        "stop", "resume", "extend", "extend_round", "first_review", "plan_visit", "record_finding", "grant",
        "grant_by_silence", "refuse", "correct", "revoke", "cancel", "end",
    }  # fmt: skip
    ends = {
        name.split(" ")[-1] for name in queries.counts() if name.startswith("branch ") and " act " not in name
    }
    assert ends >= {"granted", "refused", "ended", "stopped"} <= {state.value for state in BranchState}
    licences = {name.split(" ")[-1] for name in queries.counts() if name.startswith("licence ")}
    assert licences >= {"valid", "revoked", "cancelled", "corrected"}
    assert any(name.startswith("rating ") for name in queries.counts())


def test_a_city_in_service_gets_no_history(settings: Any) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(NoDemonstration):
        build()
    assert queries.lane() is None
    assert queries.notice() is None
    assert not History.objects.exists()


@pytest.mark.slow
def test_a_history_of_another_version_is_left_as_it_is(city: None) -> None:
    History.objects.create(
        seed=1, days=90, cases=3, until=NOW.date(), plan="another", acts=10, acts_done=4, began_at=NOW
    )
    with pytest.raises(OtherPlan):
        build()
    status = queries.status()
    assert status is not None and status.is_finished


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [({"number": 2}, "demo_history_once"), ({"acts_done": 11}, "demo_history_not_beyond")],
)
def test_the_tables_hold_one_history(changes: dict[str, int], constraint: str) -> None:
    fields = {"seed": 1, "days": 1, "cases": 1, "until": NOW.date(), "acts": 10, "began_at": NOW} | changes
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        History.objects.create(**fields)


def test_a_case_is_one_story() -> None:
    case = "01890000-0000-7000-8000-000000000001"
    Told.objects.create(story=1, case_id=case, line="a", route="granted")
    with pytest.raises(IntegrityError, match="demo_case_once"), transaction.atomic():
        Told.objects.create(story=2, case_id=case, line="a", route="granted")
