"""What the lists grant at once, and what they leave to the owner: whose item it is, how much, and what went before."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest

from tests.factories.resources import AUTHORITY, MARKET, MORNING, OFFICE, data_city, load, wish
from tests.factories.tampering import tamper
from tongban.datahub.resources import models, operations, queries
from tongban.datahub.resources.rules import consumers
from tongban.datahub.resources.types import Hold, Negative, Request, RequestState, System
from tongban.foundation.ledger.types import Change, Drift
from tongban.kernel.types import Actor

pytestmark = pytest.mark.django_db

CITYSCAPE = Actor("operator", "cityscape")
"""Who states for the department of the city's looks, which has no officer in the small city."""


@pytest.fixture(scope="module")
def loaded(standing: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    city = data_city(tmp_path_factory.mktemp("city"))
    city.yaml["data/duties.yaml"]["duties"][0] |= {"items": ["food-licence", "sign-filing"], "per_day": 2000}
    load(city)


@pytest.fixture(autouse=True)
def city(loaded: None, db: None) -> None:
    """Have the small city with data, whose office owes its health checks to two items."""


def later(days: int = 1) -> dt.datetime:
    return MORNING + dt.timedelta(days=days)


def stated(at: dt.datetime = MORNING, by: Actor = MARKET, **more: object) -> Request:
    resource = more.pop("resource", "health-checks")
    fields = more.pop("fields", ("is-fit",))
    id = operations.state_demand(wish=wish(resource, *fields, **more), promised=True, by=by, at=at)  # type: ignore[arg-type,misc]
    return queries.get_request(id)


def holds(request: Request) -> tuple[RequestState, tuple[Hold, ...]]:
    return request.state, request.holds


def grant_of(request: Request) -> uuid.UUID:
    assert request.grant is not None
    return request.grant


def test_ones_own_item_is_granted_at_once() -> None:
    assert holds(stated()) == (RequestState.GRANTED, ())


@pytest.mark.law("data-at-once-within-need")
def test_the_item_of_another_department_is_for_the_owner() -> None:
    found = stated(by=CITYSCAPE, department="cityscape")
    assert holds(found) == (RequestState.QUEUED, (Hold.ITEM,))
    assert not queries.grants(), "nobody may ask before the owner has answered"
    assert found.due_on is not None, "the owner's clock runs, by the days of its duty"


def test_what_all_may_have_is_not_had_by_naming_the_item_of_another_either() -> None:
    found = stated(by=CITYSCAPE, department="cityscape", resource="resident-basics", fields=("name",))
    assert holds(found) == (RequestState.QUEUED, (Hold.ITEM,))


def test_an_item_that_nobody_knows_and_a_material_that_it_does_not_ask_for_are_for_the_owner() -> None:
    assert holds(stated(item="no-such-item")) == (RequestState.QUEUED, (Hold.ITEM,))
    assert holds(stated(material="no-such-paper")) == (RequestState.QUEUED, (Hold.MATERIAL,))


def test_whoever_tries_sees_the_same() -> None:
    foreign = replace(wish(), department="cityscape")
    assert queries.try_demand(foreign, at=MORNING).holds == (Hold.ITEM,)
    assert queries.try_demand(wish(), at=MORNING).holds == ()


@pytest.mark.law("data-at-once-within-need")
def test_more_calls_a_day_than_the_duty_says_are_for_the_owner() -> None:
    assert holds(stated(per_day=2001)) == (RequestState.QUEUED, (Hold.LIMIT,))
    assert stated(per_day=2000, fields=("id-number",)).state is RequestState.GRANTED


def test_where_no_duty_says_a_number_ten_thousand_calls_are_granted_at_once() -> None:
    more = {"resource": "resident-basics", "fields": ("name",)}
    assert stated(per_day=10_000, **more).state is RequestState.GRANTED
    assert holds(stated(per_day=10_001, until=later(100).date(), fields=("id-number",), resource="resident-basics")) == (
        RequestState.QUEUED, (Hold.LIMIT,),
    )  # fmt: skip


def test_one_item_does_not_get_more_by_being_named_again_and_again() -> None:
    assert stated(per_day=1500).state is RequestState.GRANTED
    assert holds(stated(per_day=501, fields=("id-number",))) == (RequestState.QUEUED, (Hold.LIMIT,))


@pytest.mark.law("data-stopped-at-once")
def test_what_was_revoked_comes_back_only_by_its_owner() -> None:
    first = stated()
    operations.revoke_grant(grant_id=grant_of(first), why="滥用", by=OFFICE, at=later())
    again = stated(at=later(2))
    assert holds(again) == (RequestState.QUEUED, (Hold.STOPPED,))
    assert [one.why_ended for one in queries.revoked_before(again)] == ["滥用"]
    operations.grant_request(request_id=again.id, by=OFFICE, at=later(3))
    assert holds(stated(at=later(4), fields=("id-number",))) == (RequestState.QUEUED, (Hold.STOPPED,))


def test_another_subsystem_of_the_same_department_is_not_another_who_asks() -> None:
    operations.revoke_grant(grant_id=grant_of(stated()), why="滥用", by=OFFICE, at=later())
    other = System(
        code="market-other",
        name="另一个系统",
        department="market",
        kind="service",
        subsystem="SH/GOV/market/other",
    )
    models.System.objects.create(
        code=other.code, document=other.model_dump(mode="json"), digest="", position=9, department="market",
        subsystem=other.subsystem,
    )  # fmt: skip
    id = operations.state_demand(
        wish=wish(), promised=True, by=MARKET, at=later(2), consumer="SH/GOV/market/other"
    )
    assert holds(queries.get_request(id)) == (RequestState.QUEUED, (Hold.STOPPED,))


def test_who_gave_a_grant_up_may_have_it_again() -> None:
    operations.give_up_grant(grant_id=grant_of(stated()), why="不用了", by=MARKET, at=later())
    assert holds(stated(at=later(2))) == (RequestState.GRANTED, ())


def test_what_the_law_took_comes_back_when_the_law_lets_it() -> None:
    stated(resource="resident-basics", fields=("name",))
    entry = Negative(
        code="no-names", resource="resident-basics", fields=("name",), law="某法", article="1", reason="保密",
        until=later(3).date(),
    )  # fmt: skip
    operations.write_negative(negative=entry, review="沪府办〔2026〕1号", by=AUTHORITY, at=later())
    assert not queries.grants(), "it ended with the entry"
    again = stated(at=later(5), resource="resident-basics", fields=("name",))
    assert holds(again) == (RequestState.GRANTED, ())


@pytest.mark.law("data-limit-by-use")
def test_above_a_limit_that_was_lowered_the_owner_answers() -> None:
    first = grant_of(stated())
    operations.reduce_grant(grant_id=first, per_day=50, why="用得少", by=OFFICE, at=later())
    assert holds(stated(at=later(2), fields=("id-number",))) == (RequestState.QUEUED, (Hold.LIMIT,))


def test_a_grant_is_renewed_by_the_lists_within_its_limit_only() -> None:
    first = grant_of(stated(until=later(40).date()))
    operations.reduce_grant(grant_id=first, per_day=50, why="用得少", by=OFFICE, at=later())
    within = operations.renew_grant(
        grant_id=first, until=later(80).date(), promised=True, by=MARKET, at=later(2)
    )
    assert holds(queries.get_request(within)) == (RequestState.GRANTED, ())
    above = operations.renew_grant(
        grant_id=first, until=later(90).date(), per_day=51, promised=True, by=MARKET, at=later(3)
    )
    assert holds(queries.get_request(above)) == (RequestState.QUEUED, (Hold.LIMIT,))
    operations.grant_request(request_id=above, by=OFFICE, at=later(4))
    raised = operations.renew_grant(
        grant_id=first, until=later(99).date(), per_day=51, promised=True, by=MARKET, at=later(5)
    )
    assert holds(queries.get_request(raised)) == (RequestState.GRANTED, ()), (
        "its owner has raised the limit to it"
    )


def test_the_owner_is_told_of_what_it_has_to_answer_anyway() -> None:
    more = {"fields": ("name",)}  # no duty owes it
    first = stated(**more)
    assert holds(first) == (RequestState.QUEUED, ())
    granted = operations.grant_request(request_id=first.id, by=OFFICE, at=later())
    operations.revoke_grant(grant_id=granted, why="滥用", by=OFFICE, at=later(2))
    assert holds(stated(at=later(3), **more)) == (RequestState.QUEUED, (Hold.STOPPED,))


def test_what_a_law_forbids_is_refused_whoever_asks() -> None:
    found = stated(by=CITYSCAPE, department="cityscape", resource="resident-basics", fields=("adopted",))
    assert holds(found) == (RequestState.REFUSED, ())


def test_data_that_is_put_into_the_catalogue_is_held_to_the_same() -> None:
    models.Resource.objects.filter(code="resident-basics").update(is_current=False)
    found = stated(
        by=CITYSCAPE, department="cityscape", resource=None, fields=("name",), elements=("nobody-has-this",), asked="office"
    )  # fmt: skip
    models.Resource.objects.filter(code="resident-basics").update(is_current=True)
    operations.confirm_resource(request_id=found.id, resource="resident-basics", by=OFFICE, at=later())
    assert holds(queries.get_request(found.id)) == (RequestState.QUEUED, (Hold.ITEM,))


@pytest.mark.parametrize(
    "change",
    ["UPDATE resources_grant SET stopped_by = 'law'", "UPDATE resources_grant SET limited_to = NULL"],
)
def test_who_hides_a_revocation_or_a_limit_in_the_database_is_found(change: str) -> None:
    grant = grant_of(stated())
    operations.reduce_grant(grant_id=grant, per_day=50, why="用得少", by=OFFICE, at=later())
    operations.revoke_grant(grant_id=grant, why="滥用", by=OFFICE, at=later(2))
    assert not queries.audit_grants(are_given_here=True)
    tamper(change)
    assert queries.audit_grants(are_given_here=True) == (Drift("data-grant", str(grant), Change.ALTERED),)


def test_offices_of_districts_are_told_apart() -> None:
    of = consumers.district_member
    assert (
        of("district-market-regulation", "SH/GOV/pudong-market-regulation/cases")
        == "pudong-market-regulation"
    )
    assert of("district-market-regulation", "SH/GOV/district-market-regulation/cases") == ""
    assert of("market", "SH/GOV/market/cases") == of("market", "") == ""
