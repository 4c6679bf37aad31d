"""A grant before its end: told, renewed as any demand is answered, its limit lowered to what is used."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.resources import MARKET, MORNING, OFFICE, data_city, load, wish
from tongban.datahub.resources import operations, queries
from tongban.datahub.resources.rules import renewing
from tongban.datahub.resources.types import GrantState, Negative, RequestState
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.messages.models import Message
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import Conflict, Invalid, NotAllowed
from tongban.kernel.types import SYSTEM, Actor, Subject

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
JUNE = dt.date(2026, 6, 30)


@pytest.fixture(scope="module")
def loaded(standing: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    load(data_city(tmp_path_factory.mktemp("city")))


@pytest.fixture(autouse=True)
def city(loaded: None, db: None) -> None:
    """Have the small city with data, which stands for the module."""


def on(month: int, day: int, hour: int = 10) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def given_(resource: str = "health-checks", field: str = "is-fit") -> uuid.UUID:
    wanted = wish(resource, field, per_day=300, until=JUNE)
    id = operations.state_demand(promised=True, wish=wanted, by=MARKET, at=MORNING)
    if queries.get_request(id).state is RequestState.QUEUED:
        operations.grant_request(request_id=id, by=OFFICE, at=on(3, 4))
    found = queries.get_request(id).grant
    assert found is not None
    return found


def renew(id: uuid.UUID, *, by: Actor = MARKET, until: dt.date = dt.date(2026, 12, 31)) -> uuid.UUID:
    return operations.renew_grant(grant_id=id, until=until, promised=True, by=by, at=on(6, 10))


def test_who_holds_a_grant_is_told_a_month_before_and_once() -> None:
    id = given_()
    outbox.deliver(at=on(5, 31, 12))
    assert not Message.objects.filter(template="data.grant_ending").exists()
    outbox.deliver(at=on(6, 1, 12))
    outbox.deliver(at=on(6, 20))
    assert [one.to_id for one in Message.objects.filter(template="data.grant_ending")] == ["s-market"]
    outbox.deliver(at=on(7, 2))
    assert queries.get_grant(id).state is GrantState.EXPIRED


@pytest.mark.law("data-renewed-by-need")
def test_a_renewal_is_answered_by_the_lists_and_the_grant_goes_on() -> None:
    id = given_("resident-basics", "name")
    request = queries.get_request(renew(id))
    assert (request.state, request.grant) == (RequestState.GRANTED, id)
    grant = queries.get_grant(id)
    assert (grant.until, grant.per_day, grant.fields) == (dt.date(2026, 12, 31), 300, ("name",))
    outbox.deliver(at=on(7, 2))
    assert queries.get_grant(id).state is GrantState.ACTIVE, "the old day is forgotten"
    acts = [one.act for one in ledger.entries(Subject("data-grant", str(id)))]
    assert "data.grant_renewed" in acts
    outbox.deliver(at=dt.datetime(2027, 1, 2, tzinfo=SHANGHAI))
    assert queries.get_grant(id).state is GrantState.EXPIRED


@pytest.mark.law("data-renewed-by-need")
def test_a_renewal_that_waits_is_answered_by_the_owner() -> None:
    id = given_()
    asked = renew(id)
    waiting = queries.renewal_of(id)
    assert waiting is not None and waiting.id == asked
    with pytest.raises(Conflict):
        renew(id)
    operations.grant_request(request_id=asked, per_day=120, by=OFFICE, at=on(6, 12))
    grant = queries.get_grant(id)
    assert (grant.until, grant.per_day) == (dt.date(2026, 12, 31), 120)
    assert len(queries.grants(resource="health-checks")) == 1
    assert queries.renewal_of(id) is None


def test_a_grant_that_ended_while_its_renewal_waited_is_given_anew() -> None:
    id = given_()
    asked = renew(id)
    outbox.deliver(at=on(7, 1))
    assert queries.get_grant(id).state is GrantState.EXPIRED
    new = operations.grant_request(request_id=asked, by=OFFICE, at=on(7, 2))
    assert new != id and queries.get_grant(new).until == dt.date(2026, 12, 31)


@pytest.mark.law("data-renewed-by-need")
def test_a_renewal_is_later_promised_by_who_holds_it_and_gives_nothing_forbidden() -> None:
    id = given_("resident-basics", "name")
    with pytest.raises(Invalid):
        renew(id, until=JUNE)
    with pytest.raises(NotAllowed):
        renew(id, by=OFFICE)
    with pytest.raises(Invalid):
        operations.renew_grant(
            grant_id=id, until=dt.date(2026, 12, 31), promised=False, by=MARKET, at=on(6, 10)
        )
    entry = Negative(
        code="n-new", resource="resident-basics", fields=("name",), law="某法", article="1", reason="隐私"
    )
    operations.write_negative(negative=entry, review="1号", by=SYSTEM, at=on(6, 2))
    with pytest.raises(Conflict):
        renew(id)


@pytest.mark.law("data-limit-by-use")
def test_a_limit_is_lowered_by_its_owner_and_never_raised() -> None:
    id = given_()
    with pytest.raises(NotAllowed):
        operations.reduce_grant(grant_id=id, per_day=50, why="用不了这么多", by=MARKET, at=on(4, 1))
    for wrong in (0, 300, 400):
        with pytest.raises(Invalid):
            operations.reduce_grant(grant_id=id, per_day=wrong, why="用不了这么多", by=OFFICE, at=on(4, 1))
    with pytest.raises(Invalid):
        operations.reduce_grant(grant_id=id, per_day=50, why=" ", by=OFFICE, at=on(4, 1))
    operations.reduce_grant(grant_id=id, per_day=50, why="用不了这么多", by=OFFICE, at=on(4, 1))
    assert queries.get_grant(id).per_day == 50
    acts = [one.act for one in ledger.entries(Subject("data-grant", str(id)))]
    assert "data.grant_reduced" in acts


def test_what_nobody_uses_for_a_quarter_is_reported() -> None:
    id = given_()
    assert queries.unused_grants((), at=on(5, 1)) == ()
    assert [one.id for one in queries.unused_grants((), at=on(6, 10))] == [id]
    assert [one.id for one in queries.unused_grants((), at=on(6, 10), owner="office")] == [id]
    assert queries.unused_grants((), at=on(6, 10), owner="market") == ()
    assert queries.unused_grants({id}, at=on(6, 10)) == ()


@pytest.mark.law("data-limit-by-use")
@given(st.lists(st.integers(0, 100_000), max_size=400), st.integers(1, 1_000_000))
def test_a_proposed_limit_covers_nearly_all_days_and_never_more_than_is_allowed(
    calls: list[int], most: int
) -> None:
    found = renewing.proposed(calls, most)
    used = [one for one in calls if one]
    assert (found is None) == (len(used) < renewing.ENOUGH_DAYS)
    if found is not None:
        assert 1 <= found.per_day <= most
        assert found.usual <= found.most == max(used)
        if found.per_day < most:
            assert sum(one <= found.per_day for one in used) >= 0.95 * len(used)
            assert found.per_day >= renewing.LEAST
