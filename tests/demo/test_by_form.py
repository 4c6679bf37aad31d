"""Papers of Shanghai that are asked by what the form says: obtained from the departments' own systems, for their owner only."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.demo.conftest import drawn
from tests.factories.cases import settle_cast
from tongban.datahub.exchange import known
from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.types import AboutWanted
from tongban.datahub.resources import operations as resources
from tongban.datahub.resources import queries as lists
from tongban.demo.departments import things
from tongban.demo.plan.types import Act, Step, Via
from tongban.demo.playing.cast import Cast
from tongban.demo.playing.filing import Filing
from tongban.foundation.identity import queries as identity
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.conditions import Answer
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.runtime import departments, environment
from tongban.runtime.environment import ROOT
from tongban.runtime.publishing import load_city
from tongban.services.cases import operations, queries
from tongban.services.cases.types import CaseMaterial
from tongban.services.obtaining import operations as obtaining

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)
ITEMS = (
    "vehicle-registration",
    "construction-permit",
    "planning-permit",
    "river-works-approval",
    "shop-sign-filing",
)
CAR = ("purchase-invoice", "factory-certificate", "inspection")
WORKS = ("topographic-map", "drawing-review", "contracts", "quality-safety")


@pytest.fixture
def city(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Shanghai with its departments' systems over HTTP, the demands of these items stated and granted."""
    settings.DEMONSTRATION = True
    load_city(ROOT / "city" / "shanghai", by=SYSTEM, at=NOW - dt.timedelta(days=10))
    with (
        departments.answering(replace(environment.read({}), state=tmp_path)),
        obtaining.in_this_transaction(),
    ):
        for one in lists.demands():
            if one.item in ITEMS:
                resources.state_listed(code=one.code, promised=True, by=SYSTEM, at=NOW - dt.timedelta(days=5))
        yield
    known.forget()


def start(
    service: Subject, applicant: Subject, by: Actor, answers: Mapping[str, Answer], situation: str = ""
) -> uuid.UUID:
    return operations.start(
        service=service, applicant=applicant, answers=answers, situation=situation, district="310115", by=by, at=NOW
    )  # fmt: skip


def write(case_id: uuid.UUID, by: Actor, code: str, value: str) -> None:
    operations.save_fields(case_id=case_id, values={code: value}, by=by, at=NOW)
    operations.obtain_papers(case_id=case_id, at=NOW, within=30)


def papers(case_id: uuid.UUID, by: Actor, codes: Collection[str]) -> dict[str, CaseMaterial]:
    found = queries.get_case(case_id, by=by, at=NOW).materials
    return {one.code: one for one in found if one.code in codes}


def standings(case_id: uuid.UUID, by: Actor, codes: Collection[str]) -> dict[str, str]:
    found = papers(case_id, by, codes)
    return {code: one.obtained.standing if one.obtained else "" for code, one in found.items()}


def calls_about(number: str) -> int:
    wanted = AboutWanted(NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=1))
    return len(exchange.readings_about(exchange.digest_of(number), wanted, at=NOW))


def seen(case_id: uuid.UUID, by: Actor) -> list[tuple[object, ...]]:
    """Return what anybody who may see the case sees of its papers, but for the numbers of calls."""
    return [
        (one.code, one.state, one.kind, one.reason, one.law, got and (got.standing, got.provider, got.label, got.fields))
        for one in queries.get_case(case_id, by=by, at=NOW).materials
        for got in (one.obtained,)
    ]  # fmt: skip


def test_a_car_and_a_project_bring_their_papers_to_their_owners_and_to_nobody_else(city: None) -> None:
    cast = settle_cast()
    check_a_car(cast.subject, cast.applicant, Subject("person", cast.stranger.id))
    check_a_project(cast.company, cast.representative)
    check_a_sign(cast.company, cast.representative)
    check_the_history()


def check_a_car(owner: Subject, by: Actor, other: Subject) -> None:
    answers: dict[str, Answer] = {"inspection_needed": True, "car": "imported", "shanghai_plate": False}
    vin = things.vin_of(identity.identifiers_of(owner).number)
    case_id = start(Subject("item", "vehicle-registration"), owner, by, answers, "imported")
    assert standings(case_id, by, CAR) == dict.fromkeys(CAR, "awaited")
    assert papers(case_id, by, CAR)["purchase-invoice"].reason == (
        "填好“车辆识别代号”后，我们向国家税务总局上海市税务局取得“机动车销售统一发票信息”，不用您交"
    )
    write(case_id, by, "vehicle-vin", f" {vin.lower()}")
    assert standings(case_id, by, CAR) == dict.fromkeys(CAR, "found")
    assert queries.get_case(case_id, by=by, at=NOW).fields["vehicle-brand"].source.startswith("shared:")
    number = identity.identifiers_of(other).number
    before, told = calls_about(number), {}
    for typed in (things.vin_of(number), "L0Y00000000000000"):
        case_id = start(Subject("item", "vehicle-registration"), owner, by, answers, "imported")
        write(case_id, by, "vehicle-vin", typed)
        told[typed] = seen(case_id, by)
        assert standings(case_id, by, CAR) == {
            "purchase-invoice": "not_found", "factory-certificate": "unconfirmed", "inspection": "unconfirmed",
        }  # fmt: skip
    first, second = told.values()
    assert first == second, "another's car looks as none"
    assert calls_about(number) == before + 1, "and whose it is learns that it was asked for"


def check_a_project(company: Subject, by: Actor) -> None:
    code = identity.identifiers_of(company).credit_code
    answers: dict[str, Answer] = {"works": "building", "land": "granted", "investment": 1200}
    case_id = start(Subject("bundle", "construction-permit"), company, by, answers)
    assert set(standings(case_id, by, WORKS).values()) == {"awaited"}
    write(case_id, by, "project-code", things.project_of(code))
    assert standings(case_id, by, WORKS) == dict.fromkeys(WORKS, "found")
    others = next(one.credit_code for one in identity.population().firms.values() if one.credit_code != code)
    told = []
    for typed in (things.project_of(others), f"{things.PROJECT_BEGINS}XXXXXX"):
        case_id = start(Subject("bundle", "construction-permit"), company, by, answers)
        write(case_id, by, "project-code", typed)
        assert standings(case_id, by, WORKS) == dict.fromkeys(WORKS, "not_found")
        told.append(seen(case_id, by))
    assert told[0] == told[1]
    assert calls_about(others) == len(WORKS), "a company finds who was told of it, too"


def check_a_sign(company: Subject, by: Actor) -> None:
    case_id = start(Subject("item", "shop-sign-filing"), company, by, {}, "building-name")
    address = next(
        one.address
        for one in identity.population().firms.values()
        if one.credit_code == identity.identifiers_of(company).credit_code
    )
    write(case_id, by, "premises-address", address)
    assert standings(case_id, by, ("building-name-approval",)) == {"building-name-approval": "found"}


def check_the_history() -> None:
    """People of the history write the numbers of what is theirs, and so their papers come, too."""
    cast, filing = Cast(), Filing()
    for line, codes in (("vehicle-registration", CAR[:2]), ("construction-permit", WORKS[1:])):
        story = next(one for one in drawn().stories if one.line.code == line and one.via is not Via.MANDATE)
        act = Act(NOW, story.number, Step.FILE)
        case_id = filing.file(story, act, cast.applicant(story, NOW), cast.filer(story, NOW))
        assert standings(case_id, cast.filer(story, NOW), codes) == dict.fromkeys(codes, "found")
