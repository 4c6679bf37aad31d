"""A demand from being stated to its grant, its refusal, or the call to the data authority."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.resources import AUTHORITY, MARKET, MORNING, OFFICE, data_city, load, wish
from tongban.datahub.resources import models, operations, queries
from tongban.datahub.resources.types import (
    DataDuty,
    GrantState,
    LegalBasis,
    Negative,
    Outcome,
    RequestAct,
    RequestState,
)
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tongban.kernel.types import Actor, Subject

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(standing: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    load(data_city(tmp_path_factory.mktemp("city")))


@pytest.fixture(autouse=True)
def city(loaded: None, db: None) -> None:
    """Have the small city with data, which stands for the module."""


def on(month: int, day: int, hour: int = 10) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def stated(**more: object) -> uuid.UUID:
    return operations.state_demand(promised=True, wish=wish(**more), by=MARKET, at=MORNING)


@pytest.mark.law("data-purpose-bound")
def test_what_all_may_have_is_granted_while_one_waits() -> None:
    id = operations.state_demand(
        promised=True,
        wish=wish("resident-basics", "name", per_day=300, until=dt.date(2026, 6, 30)),
        by=MARKET,
        at=MORNING,
    )
    request = queries.get_request(id)
    assert (request.state, request.answered_at, request.due_on) == (RequestState.GRANTED, MORNING, None)
    assert request.grant is not None
    grant = queries.get_grant(request.grant)
    assert (grant.consumer, grant.provider) == ("SH/GOV/market/cases", "SH/GOV/office/office-people")
    assert (grant.service, grant.fields, grant.items) == ("resident-basics", ("name",), ("food-licence",))
    assert (grant.until, grant.per_day, grant.purpose) == (
        dt.date(2026, 6, 30),
        300,
        "核验从业人员健康状况",
    )
    assert grant.is_valid_on(dt.date(2026, 6, 30))
    assert not grant.is_valid_on(dt.date(2026, 7, 1))
    assert queries.grants(consumer="SH/GOV/market/cases", item="food-licence") == (grant,)


def test_what_is_granted_is_spared_while_the_grant_stands() -> None:
    assert queries.spared("food-licence", at=MORNING) == {}
    narrow = operations.grant_request(request_id=stated(), until=dt.date(2026, 3, 31), by=OFFICE, at=on(3, 3))
    wide = operations.state_demand(
        promised=True, wish=wish("resident-basics", "name", "id-number"), by=MARKET, at=on(3, 3)
    )
    found = queries.spared("food-licence", at=on(3, 4))
    assert {material: grant.request for material, grant in found.items()} == {"health": wide}
    assert queries.spared("hotel-licence", at=on(3, 4)) == {}
    operations.revoke_grant(grant_id=found["health"].id, why="改用别的数据", by=OFFICE, at=on(3, 5))
    assert queries.spared("food-licence", at=on(3, 31))["health"].id == narrow
    assert queries.spared("food-licence", at=on(4, 1)) == {}


@pytest.mark.law("data-refused-by-law")
def test_what_is_forbidden_is_refused_while_one_waits_with_its_law() -> None:
    id = operations.state_demand(
        promised=True, wish=wish("resident-basics", "adopted"), by=MARKET, at=MORNING
    )
    request = queries.get_request(id)
    assert (request.state, request.grant, request.basis) == (RequestState.REFUSED, None, "民法典 1110")
    assert request.refused[0].entry == "no-adoption"


@pytest.mark.law("data-answer-days")
def test_the_rest_waits_for_its_owner_for_the_days_of_its_duty() -> None:
    request = queries.get_request(stated())
    assert (request.state, request.owner, request.due_on) == (
        RequestState.QUEUED,
        "office",
        dt.date(2026, 3, 9),
    )
    assert queries.requests(owner="office", state=RequestState.QUEUED).items == (request,)
    assert queries.try_demand(wish(), at=MORNING).outcome is Outcome.QUEUED


@pytest.mark.law("data-officer-acts")
def test_an_owner_grants_less_than_was_asked() -> None:
    id = operations.state_demand(
        promised=True, wish=wish("health-checks", "is-fit", "name", per_day=500), by=MARKET, at=MORNING
    )
    with pytest.raises(NotAllowed):
        operations.grant_request(request_id=id, by=MARKET, at=on(3, 3))
    grant_id = operations.grant_request(
        request_id=id, fields=["is-fit"], per_day=100, until=dt.date(2026, 12, 31), by=OFFICE, at=on(3, 3)
    )
    grant = queries.get_grant(grant_id)
    assert (grant.fields, grant.per_day, grant.until) == (("is-fit",), 100, dt.date(2026, 12, 31))
    assert queries.get_request(id).state is RequestState.GRANTED
    assert [note.act for note in queries.notes(id)] == [RequestAct.STATE, RequestAct.GRANT]
    with pytest.raises(Conflict):
        operations.grant_request(request_id=id, by=OFFICE, at=on(3, 4))


@pytest.mark.law("data-not-more-than-asked")
def test_an_owner_can_not_give_more_than_was_asked() -> None:
    id = stated()
    for fields, code in ((["name"], "data-more-than-asked"), ([], "data-nothing-given")):
        with pytest.raises(Invalid) as raised:
            operations.grant_request(request_id=id, fields=fields, by=OFFICE, at=on(3, 3))
        assert raised.value.code == code
    with pytest.raises(Invalid, match="姓名、zzz 没有在需求里"):
        operations.grant_request(request_id=id, fields=["name", "zzz"], by=OFFICE, at=on(3, 3))
    with pytest.raises(Invalid):
        operations.grant_request(request_id=id, per_day=10_000, by=OFFICE, at=on(3, 3))
    with pytest.raises(Invalid):
        operations.grant_request(request_id=id, until=dt.date(2026, 1, 1), by=OFFICE, at=on(3, 3))


@pytest.mark.law("data-refusal-says-why")
def test_an_owner_refuses_by_a_law() -> None:
    id = stated()
    with pytest.raises(Invalid):
        operations.refuse_request(request_id=id, legal_basis="", reason="不便", by=OFFICE, at=on(3, 3))
    operations.refuse_request(
        request_id=id, legal_basis="个人信息保护法 34", reason="超出履职必需", by=OFFICE, at=on(3, 3)
    )
    request = queries.get_request(id)
    assert (request.state, request.fields) == (RequestState.REFUSED, ())
    assert request.refused[-1].law == "个人信息保护法 34"


@pytest.mark.law("data-answer-days")
def test_an_answer_that_does_not_come_calls_the_data_authority_once() -> None:
    id = stated()
    outbox.deliver(at=on(3, 9, 23))
    assert queries.get_request(id).escalated_at is None
    assert queries.overdue_answers(at=on(3, 9, 23)) == ()
    moment = on(3, 10, 0)
    outbox.deliver(at=moment)
    outbox.deliver(at=on(3, 11))
    assert queries.get_request(id).escalated_at == moment
    assert [one.id for one in queries.overdue_answers(at=moment)] == [id]
    assert [one.act for one in queries.notes(id)] == [RequestAct.STATE, RequestAct.ESCALATE]
    grant = operations.grant_request(request_id=id, by=AUTHORITY, at=on(3, 11))
    assert queries.get_grant(grant).state is GrantState.ACTIVE
    assert queries.overdue_answers(at=on(3, 12)) == ()


def test_an_answer_in_time_calls_nobody() -> None:
    id = stated()
    operations.grant_request(request_id=id, by=OFFICE, at=on(3, 9, 23))
    outbox.deliver(at=on(3, 20))
    assert queries.get_request(id).escalated_at is None


@pytest.mark.law("data-answer-extended-once")
def test_an_answer_is_extended_once_by_the_authority_in_time() -> None:
    id = stated()
    with pytest.raises(NotAllowed):
        operations.extend_answer(request_id=id, days=5, reason="核对口径", by=OFFICE, at=on(3, 4))
    for days, reason in ((11, "核对口径"), (0, "核对口径"), (5, " ")):
        with pytest.raises(Invalid):
            operations.extend_answer(request_id=id, days=days, reason=reason, by=AUTHORITY, at=on(3, 4))
    due = operations.extend_answer(request_id=id, days=5, reason="核对口径", by=AUTHORITY, at=on(3, 4))
    assert due == dt.date(2026, 3, 16)
    with pytest.raises(Conflict):
        operations.extend_answer(request_id=id, days=1, reason="再核对", by=AUTHORITY, at=on(3, 5))
    outbox.deliver(at=on(3, 11))
    assert queries.get_request(id).escalated_at is None
    outbox.deliver(at=on(3, 17, 0))
    assert queries.get_request(id).escalated_at is not None


@pytest.mark.law("data-answer-extended-once")
def test_a_missed_limit_is_not_extended() -> None:
    id = stated()
    with pytest.raises(Conflict) as raised:
        operations.extend_answer(request_id=id, days=5, reason="核对口径", by=AUTHORITY, at=on(3, 10))
    assert raised.value.code == "data-extended-late"


@pytest.mark.law("data-answer-days")
def test_data_outside_the_catalogue_is_confirmed_and_then_answered() -> None:
    unknown = wish(resource=None, fields=(), elements=("shop-name",), asked="office")
    models.Resource.objects.filter(code="health-checks").update(is_current=False)
    id = operations.state_demand(promised=True, wish=unknown, by=MARKET, at=MORNING)
    request = queries.get_request(id)
    assert (request.resource, request.owner, request.due_on) == (None, "office", dt.date(2026, 3, 23))
    with pytest.raises(Conflict):
        operations.grant_request(request_id=id, by=OFFICE, at=on(3, 4))
    models.Resource.objects.filter(code="health-checks").update(is_current=True)
    operations.confirm_resource(request_id=id, resource="health-checks", by=OFFICE, at=on(3, 4))
    request = queries.get_request(id)
    assert (request.resource, request.fields, request.due_on) == (
        "health-checks",
        ("shop",),
        dt.date(2026, 3, 18),
    )
    with pytest.raises(Conflict):
        operations.confirm_resource(request_id=id, resource="health-checks", by=OFFICE, at=on(3, 4))
    assert operations.grant_request(request_id=id, by=OFFICE, at=on(3, 5))


def test_what_is_confirmed_is_answered_by_the_lists_anew() -> None:
    unknown = wish(resource=None, fields=(), elements=("shop-name",), asked="office")
    models.Resource.objects.filter(code="health-checks").update(is_current=False)
    first = operations.state_demand(promised=True, wish=unknown, by=MARKET, at=MORNING)
    second = operations.state_demand(
        promised=True,
        wish=wish(resource=None, fields=(), elements=("shop-name",), asked="office", material="form"),
        by=MARKET,
        at=MORNING,
    )
    models.Resource.objects.filter(code="health-checks").update(is_current=True)
    owed = DataDuty(
        code="office-for-food",
        department="office",
        resource="health-checks",
        items=("food-licence",),
        basis=LegalBasis(law="上海市数据条例", article="38"),
        update="daily",
    )
    operations.write_duty(duty=owed, why="新增", by=OFFICE, at=on(3, 3))
    operations.confirm_resource(request_id=first, resource="health-checks", by=OFFICE, at=on(3, 4))
    assert queries.get_request(first).state is RequestState.GRANTED
    entry = Negative(code="no", resource="health-checks", law="某法", article="1", reason="隐私")
    operations.write_negative(negative=entry, review="沪府办〔2026〕1号", by=AUTHORITY, at=on(3, 5))
    operations.confirm_resource(request_id=second, resource="health-checks", by=OFFICE, at=on(3, 6))
    request = queries.get_request(second)
    assert (request.state, request.basis) == (RequestState.REFUSED, "某法 1")
    outbox.deliver(at=on(4, 20))
    assert request.escalated_at is None


@pytest.mark.law("data-wish-says-why")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": " "}, "data-wish-incomplete"),
        ({"purpose": "长" * 301}, "data-wish-incomplete"),
        ({"per_day": 0}, "data-wish-incomplete"),
        ({"per_day": 10**12}, "data-wish-incomplete"),
        ({"item": "x" * 200}, "data-wish-incomplete"),
        ({"material": "不是代码"}, "data-wish-incomplete"),
        ({"fields": (), "elements": ()}, "data-demand-unclear"),
        ({"until": dt.date(2026, 3, 1)}, "data-until-past"),
    ],
)
def test_a_demand_says_for_what_by_which_law_and_how_often(change: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as raised:
        stated(**change)
    assert raised.value.code == code


@pytest.mark.law("data-wish-says-why")
def test_a_demand_is_stated_with_a_promise_that_stands_on_the_ledger() -> None:
    with pytest.raises(Invalid) as raised:
        operations.state_demand(wish=wish(), promised=False, by=MARKET, at=MORNING)
    assert raised.value.code == "data-not-promised"
    (act,) = ledger.entries(Subject("data-request", str(stated())))
    assert "真实、合规" in str(act.detail["promise"])


def test_the_same_demand_waits_once_and_is_granted_once() -> None:
    id = stated()
    with pytest.raises(Conflict) as raised:
        stated()
    assert raised.value.code == "data-request-open-once"
    operations.grant_request(request_id=id, by=OFFICE, at=on(3, 3))
    with pytest.raises(Conflict) as raised:
        stated()
    assert raised.value.code == "data-granted-already"


def test_a_demand_is_taken_back_by_who_stated_it() -> None:
    id = stated()
    with pytest.raises(NotAllowed):
        operations.withdraw_request(request_id=id, reason="不再需要", by=OFFICE, at=on(3, 3))
    operations.withdraw_request(request_id=id, reason="不再需要", by=MARKET, at=on(3, 3))
    assert queries.get_request(id).state is RequestState.WITHDRAWN
    assert stated() != id


@pytest.mark.law("data-officer-acts")
@pytest.mark.parametrize("by", [OFFICE, Actor("staff", "s-1"), Actor("person", "p-1")])
def test_nobody_states_a_demand_of_another_department(by: Actor) -> None:
    with pytest.raises(NotAllowed):
        operations.state_demand(promised=True, wish=wish(), by=by, at=MORNING)


def test_a_department_asks_by_a_subsystem_of_its_own() -> None:
    with pytest.raises(NotAllowed):
        operations.state_demand(
            promised=True, wish=wish(), consumer="SH/GOV/office/office-people", by=MARKET, at=MORNING
        )
    id = operations.state_demand(
        promised=True, wish=wish(), consumer="SH/GOV/market/cases", by=MARKET, at=MORNING
    )
    assert queries.get_request(id).consumer == "SH/GOV/market/cases"


def test_a_listed_demand_is_stated_by_its_code() -> None:
    id = operations.state_listed(promised=True, code="market-health", by=MARKET, at=MORNING)
    request = queries.get_request(id)
    assert (request.demand, request.wish.per_day) == ("market-health", 200)
    with pytest.raises(NotFound):
        operations.state_listed(promised=True, code="none", by=MARKET, at=MORNING)


@pytest.mark.law("data-stopped-at-once")
def test_a_grant_is_revoked_at_once_with_a_reason() -> None:
    grant = operations.grant_request(request_id=stated(), by=OFFICE, at=on(3, 3))
    with pytest.raises(NotAllowed):
        operations.revoke_grant(grant_id=grant, why="超出必要范围", by=MARKET, at=on(3, 4))
    with pytest.raises(Invalid):
        operations.revoke_grant(grant_id=grant, why=" ", by=OFFICE, at=on(3, 4))
    operations.revoke_grant(grant_id=grant, why="超出必要范围", by=AUTHORITY, at=on(3, 4))
    found = queries.get_grant(grant)
    assert (found.state, found.ended_at, found.why_ended) == (
        GrantState.REVOKED,
        on(3, 4),
        "超出必要范围",
    )
    assert queries.grants(resource="health-checks") == ()
    with pytest.raises(Conflict):
        operations.revoke_grant(grant_id=grant, why="超出必要范围", by=AUTHORITY, at=on(3, 5))


def test_a_grant_ends_after_its_last_day_by_itself() -> None:
    grant = operations.grant_request(request_id=stated(), until=dt.date(2026, 3, 31), by=OFFICE, at=on(3, 3))
    outbox.deliver(at=on(3, 31, 23))
    assert queries.get_grant(grant).state is GrantState.ACTIVE
    outbox.deliver(at=on(4, 1, 0))
    assert queries.get_grant(grant).state is GrantState.EXPIRED


@pytest.mark.law("data-negative-acts-at-once")
def test_a_new_entry_of_the_negative_list_narrows_or_ends_grants() -> None:
    wide = operations.state_demand(
        promised=True, wish=wish("health-checks", "is-fit", "shop"), by=MARKET, at=MORNING
    )
    grant = operations.grant_request(request_id=wide, by=OFFICE, at=on(3, 3))
    entry = Negative(
        code="no-fit", resource="health-checks", fields=("is-fit",), law="某法", article="1", reason="隐私"
    )
    operations.write_negative(negative=entry, review="沪府办〔2026〕1号", by=AUTHORITY, at=on(3, 4))
    assert queries.get_grant(grant).fields == ("shop",)
    everything = entry.model_copy(update={"code": "none-at-all", "fields": ()})
    operations.write_negative(negative=everything, review="沪府办〔2026〕2号", by=AUTHORITY, at=on(3, 5))
    found = queries.get_grant(grant)
    assert (found.state, found.why_ended) == (GrantState.REVOKED, "某法 1")


def test_what_was_forbidden_while_it_waited_is_not_granted() -> None:
    id = stated()
    entry = Negative(code="no-fit", resource="health-checks", law="某法", article="1", reason="隐私")
    operations.write_negative(negative=entry, review="沪府办〔2026〕1号", by=AUTHORITY, at=on(3, 3))
    with pytest.raises(Conflict) as raised:
        operations.grant_request(request_id=id, by=OFFICE, at=on(3, 4))
    assert raised.value.code == "data-barred"


def test_a_duty_to_the_item_grants_the_next_demand_at_once() -> None:
    duty = DataDuty(
        code="office-for-food",
        department="office",
        resource="health-checks",
        fields=("is-fit",),
        items=("food-licence",),
        basis=LegalBasis(law="上海市数据条例", article="38"),
        update="daily",
    )
    operations.write_duty(duty=duty, why="新增", by=OFFICE, at=on(3, 2))
    request = queries.get_request(stated())
    assert (request.state, request.basis) == (RequestState.GRANTED, "上海市数据条例 38")


def test_every_act_is_on_the_ledger() -> None:
    id = stated()
    grant = operations.grant_request(request_id=id, by=OFFICE, at=on(3, 3))
    operations.revoke_grant(grant_id=grant, why="超出必要范围", by=OFFICE, at=on(3, 4))
    acts = [one.act for one in ledger.entries(Subject("data-request", str(id)))]
    assert sorted(acts) == ["data.request_grant", "data.request_state"]
    acts = [one.act for one in ledger.entries(Subject("data-grant", str(grant)))]
    assert sorted(acts) == ["data.grant_given", "data.grant_revoked"]


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("data_request_state_known", {"state": "lost", "answered_at": MORNING}),
        ("data_request_waiting_has_day", {"due_on": None}),
        ("data_request_answered_has_moment", {"state": "refused"}),
    ],
)
def test_a_request_is_whole(constraint: str, change: dict[str, object]) -> None:
    rows = models.Request.objects.filter(id=stated())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows.update(**change)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("data_grant_state_known", {"state": "lost", "ended_at": MORNING}),
        ("data_grant_ended_has_moment", {"state": "revoked"}),
        ("data_grant_has_fields", {"fields": []}),
        ("data_grant_days_in_order", {"until": dt.date(2020, 1, 1)}),
        ("data_grant_per_day_positive", {"per_day": 0}),
        ("data_grant_stop_known", {"stopped_by": "owner"}),
    ],
)
def test_a_grant_is_whole(constraint: str, change: dict[str, object]) -> None:
    grant = operations.grant_request(request_id=stated(), by=OFFICE, at=on(3, 3))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        models.Grant.objects.filter(id=grant).update(**change)


def test_data_request_open_once_holds_in_the_database() -> None:
    row = models.Request.objects.get(id=stated())
    row.id = uuid.uuid4()
    with pytest.raises(IntegrityError, match="data_request_open_once"), transaction.atomic():
        row.save(force_insert=True)


def test_notes_are_of_known_acts_and_never_changed() -> None:
    id = stated()
    for statement, constraint in (
        ("UPDATE resources_note SET text = 'x'", "resources_append_only"),
        ("DELETE FROM resources_version", "resources_append_only"),
        (
            "INSERT INTO resources_note SELECT gen_random_uuid(), 'dance', text, at, by_kind, by_id, by_name,"
            f" request_id FROM resources_note WHERE request_id = '{id}'",
            "data_note_act_known",
        ),
    ):
        with (
            pytest.raises(IntegrityError, match=constraint),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
