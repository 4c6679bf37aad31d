"""The catalogue and the lists: what a pack says, what is written at a desk, and how each version is kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories.city import TinyCity
from tests.factories.data import entry
from tests.factories.resources import (
    AUTHORITY,
    MARKET,
    MORNING,
    OFFICE,
    data_city,
    load,
    load_data,
    wish,
)
from tongban.datahub.resources import models, operations, published, queries
from tongban.datahub.resources.events import EntryChanged
from tongban.datahub.resources.types import DataDuty, Demand, ListKind, Negative, Origin, Resource
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.outbox.models import Happened
from tongban.kernel.digests import digest_of
from tongban.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tongban.kernel.types import Actor, Subject

pytestmark = pytest.mark.django_db
LATER = MORNING + dt.timedelta(days=1)


@pytest.fixture
def city(tmp_path: Path) -> TinyCity:
    found = data_city(tmp_path)
    load(found)
    return found


def changed(found: Resource, **changes: Any) -> Resource:
    return Resource.model_validate(found.model_dump(mode="json") | changes)


def test_a_pack_is_loaded_and_loaded_again_without_a_change(city: TinyCity) -> None:
    assert [one.code for one in queries.resources()] == ["outdoor-signs", "health-checks", "resident-basics"]
    assert [one.code for one in queries.resources(department="office", sharing="conditional")] == [
        "health-checks"
    ]
    assert queries.get_system("office-people").subsystem == "SH/GOV/office/office-people"
    assert [one.code for one in queries.duties(department="office")] == ["office-health-checks"]
    assert [one.code for one in queries.demands(item="food-licence")] == ["market-health"]
    assert [one.code for one in queries.negatives(resource="resident-basics")] == ["no-adoption"]
    assert load_data(city.read()[0]) == {}
    assert len(queries.versions(ListKind.RESOURCE, "health-checks")) == 1


@pytest.mark.law("data-catalogue-kept")
def test_every_version_says_who_when_and_why(city: TinyCity) -> None:
    found = changed(queries.get_resource("health-checks"), update="realtime")
    number = operations.register_resource(resource=found, why="系统升级", by=OFFICE, at=LATER)
    assert number == 2
    newest, first = queries.versions(ListKind.RESOURCE, "health-checks")
    assert (newest.origin, newest.by, newest.at, newest.why) == (
        Origin.DESK,
        OFFICE.name,
        LATER,
        "系统升级",
    )
    assert (first.origin, first.number) == (Origin.PACK, 1)
    assert newest.document is not None
    assert newest.document["update"] == "realtime"
    acts = ledger.entries(Subject("data-resource", "health-checks"))
    assert [(one.act, one.detail["digest"]) for one in acts] == [
        ("data.resource_written", digest_of(newest.document)),
        ("data.resource_written", digest_of(first.document)),
    ]
    told = Happened.objects.filter(name=EntryChanged.name, about="health-checks")
    assert told.count() == 2


def test_what_was_written_at_a_desk_stands_until_the_pack_says_something_new(city: TinyCity) -> None:
    found = changed(queries.get_resource("health-checks"), update="realtime")
    operations.register_resource(resource=found, why="系统升级", by=OFFICE, at=LATER)
    own = changed(found, code="health-trainings", service=None, name="健康培训信息")
    operations.register_resource(resource=own, why="新增", by=OFFICE, at=LATER)
    load_data(city.read()[0])
    assert queries.get_resource("health-checks").update == "realtime"
    assert queries.get_resource("health-trainings").name == "健康培训信息"
    entry(city, "resources")["update"] = "weekly"
    assert load_data(city.read()[0]).keys() == {"resources"}
    assert queries.get_resource("health-checks").update == "weekly"
    assert queries.get_resource("health-trainings")


def test_what_the_pack_drops_goes_and_may_come_back(city: TinyCity) -> None:
    taken = city.yaml["data/duties.yaml"]["duties"].pop()
    load_data(city.read()[0])
    assert queries.duties() == ()
    assert queries.versions(ListKind.DUTY, taken["code"])[0].document is None
    city.yaml["data/duties.yaml"]["duties"].append(taken)
    load_data(city.read()[0])
    assert [one.code for one in queries.duties()] == [taken["code"]]
    assert len(queries.versions(ListKind.DUTY, taken["code"])) == 3


def test_an_entry_is_taken_off_with_a_reason_and_stays_off(city: TinyCity) -> None:
    code = "office-health-checks"
    with pytest.raises(NotAllowed):
        operations.take_off(kind=ListKind.DUTY, code=code, why="职责调整", by=MARKET, at=LATER)
    with pytest.raises(Invalid):
        operations.take_off(kind=ListKind.DUTY, code=code, why=" ", by=OFFICE, at=LATER)
    operations.take_off(kind=ListKind.DUTY, code=code, why="职责调整", by=OFFICE, at=LATER)
    load_data(city.read()[0])
    assert queries.duties() == ()
    with pytest.raises(NotFound):
        operations.take_off(kind=ListKind.DUTY, code=code, why="再撤", by=OFFICE, at=LATER)
    with pytest.raises(NotAllowed):
        operations.take_off(kind=ListKind.NEGATIVE, code="no-adoption", why="法律修改", by=OFFICE, at=LATER)
    operations.take_off(kind=ListKind.NEGATIVE, code="no-adoption", why="法律修改", by=AUTHORITY, at=LATER)
    assert queries.negatives() == ()


def test_data_in_use_is_not_taken_off(city: TinyCity) -> None:
    operations.state_demand(promised=True, wish=wish("resident-basics", "name"), by=MARKET, at=MORNING)
    with pytest.raises(Conflict) as raised:
        operations.take_off(
            kind=ListKind.RESOURCE, code="resident-basics", why="系统下线", by=OFFICE, at=LATER
        )
    assert raised.value.code == "data-resource-in-use"
    operations.take_off(kind=ListKind.RESOURCE, code="health-checks", why="系统下线", by=OFFICE, at=LATER)
    with pytest.raises(NotFound):
        queries.get_resource("health-checks")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"level": 1}, "data-level"),
        ({"condition": None}, "data-no-condition"),
        ({"basis": None}, "data-no-basis"),
        ({"opening": "unconditional"}, "data-personal-open"),
        ({"service": "resident-basics"}, "data-service-twice"),
        ({"system": "none"}, "data-entry-unknown"),
        ({"theme": "none"}, "data-entry-unknown"),
    ],
)
def test_a_desk_writes_only_what_a_pack_may_say(city: TinyCity, change: dict[str, Any], code: str) -> None:
    found = changed(queries.get_resource("health-checks"), **change)
    with pytest.raises((Invalid, NotFound)) as raised:
        operations.register_resource(resource=found, why="改", by=OFFICE, at=LATER)
    assert raised.value.code == code


@pytest.mark.law("data-own-system")
def test_nobody_offers_what_another_departments_system_gives_as_their_own(city: TinyCity) -> None:
    own = queries.get_resource("health-checks")
    new = changed(own, code="signs-helper", system="cityscape-works", service="outdoor-signs")
    for resource in (new, changed(own, system="cityscape-works")):
        with pytest.raises(NotAllowed) as raised:
            operations.register_resource(resource=resource, why="改", by=OFFICE, at=LATER)
        assert raised.value.code == "data-system-not-theirs"
        refused = operations.write_list(
            kind=ListKind.RESOURCE, entries=[resource], why="改", by=OFFICE, at=LATER
        )
        assert refused[resource.code].code == "data-system-not-theirs"
    there = changed(new, service="signs-of-people")
    assert operations.register_resource(resource=there, why="数据在市容系统", by=AUTHORITY, at=LATER) == 1
    # What the authority has put there is the department's to describe, and to lead nowhere else.
    renamed = changed(there, name="户外招牌办理人")
    assert operations.register_resource(resource=renamed, why="改名", by=OFFICE, at=LATER) == 2
    with pytest.raises(NotAllowed):
        moved = changed(renamed, service="another")
        operations.register_resource(resource=moved, why="改", by=OFFICE, at=LATER)


@pytest.mark.parametrize("by", [OFFICE, AUTHORITY], ids=["owner", "authority"])
def test_a_service_gives_the_resource_that_it_is_published_for(
    city: TinyCity, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = queries.get_resource("health-checks")
    told = {"SH/GOV/office/office-people": {"person": "resident-basics", "checks": "health-checks"}}
    monkeypatch.setattr(published, "_tellers", [lambda subsystem: told.get(subsystem, {})])
    taken = changed(own, service="person")
    with pytest.raises(Invalid) as raised:
        operations.register_resource(resource=taken, why="改", by=by, at=LATER)
    assert raised.value.code == "data-service-of-another"
    refused = operations.write_list(kind=ListKind.RESOURCE, entries=[taken], why="改", by=by, at=LATER)
    assert refused[taken.code].code == "data-service-of-another"
    assert (
        operations.register_resource(resource=changed(own, service="checks"), why="改", by=by, at=LATER) == 2
    )


def test_a_department_writes_its_own_entries_only(city: TinyCity) -> None:
    found = queries.get_resource("health-checks")
    with pytest.raises(NotAllowed):
        operations.register_resource(resource=found, why="改", by=MARKET, at=LATER)
    duty = queries.duties()[0]
    with pytest.raises(NotAllowed):
        operations.write_duty(duty=duty, why="改", by=MARKET, at=LATER)
    demand = queries.demands()[0]
    with pytest.raises(NotAllowed):
        operations.list_demand(demand=demand, why="改", by=OFFICE, at=LATER)
    assert operations.list_demand(demand=demand, why="改", by=MARKET, at=LATER) == 2


def test_nobody_takes_an_entry_of_another_department_over(city: TinyCity) -> None:
    demand = queries.demands()[0].model_copy(update={"department": "office", "resource": "outdoor-signs"})
    with pytest.raises(NotAllowed):
        operations.list_demand(
            demand=demand.model_copy(update={"fields": ("size",)}), why="改", by=OFFICE, at=LATER
        )
    operations.take_off(kind=ListKind.DEMAND, code=demand.code, why="不再需要", by=MARKET, at=LATER)
    with pytest.raises(NotAllowed):
        operations.list_demand(
            demand=demand.model_copy(update={"fields": ("size",)}), why="改", by=OFFICE, at=LATER
        )


def test_lists_speak_of_what_there_is(city: TinyCity) -> None:
    duty: DataDuty = queries.duties()[0].model_copy(update={"fields": ("blood",)})
    demand: Demand = queries.demands()[0]
    for write in (
        lambda: operations.write_duty(duty=duty, why="改", by=OFFICE, at=LATER),
        lambda: operations.write_duty(
            duty=duty.model_copy(update={"resource": "resident-basics", "fields": ()}),
            why="改",
            by=OFFICE,
            at=LATER,
        ),
        lambda: operations.list_demand(
            demand=demand.model_copy(update={"resource": "none"}), why="改", by=MARKET, at=LATER
        ),
        lambda: operations.list_demand(
            demand=demand.model_copy(update={"fields": ()}), why="改", by=MARKET, at=LATER
        ),
        lambda: operations.list_demand(demand=demand, why=" ", by=MARKET, at=LATER),
    ):
        with pytest.raises((Invalid, NotFound)):
            write()


def test_a_duty_grants_at_once_to_published_items_only(city: TinyCity) -> None:
    duty = queries.duties()[0].model_copy(update={"items": ("food-licence",)})
    assert operations.write_duty(duty=duty, why="改", by=OFFICE, at=LATER) == 2
    unknown = duty.model_copy(update={"items": ("food-licence", "zzz")})
    with pytest.raises(Invalid) as raised:
        operations.write_duty(duty=unknown, why="改", by=OFFICE, at=LATER)
    assert (raised.value.code, str(raised.value)) == ("data-duty-item", "事项“zzz”不在公布的事项里。")
    refused = operations.write_list(kind=ListKind.DUTY, entries=[unknown], why="改", by=OFFICE, at=LATER)
    assert refused[duty.code].code == "data-duty-item"


@pytest.mark.law("data-negative-reviewed")
def test_the_negative_list_is_written_by_the_authority_after_a_review(city: TinyCity) -> None:
    negative: Negative = queries.negatives()[0].model_copy(update={"code": "another"})
    with pytest.raises(NotAllowed):
        operations.write_negative(negative=negative, review="沪府办〔2026〕1号", by=OFFICE, at=LATER)
    with pytest.raises(Invalid):
        operations.write_negative(negative=negative, review="", by=AUTHORITY, at=LATER)
    operations.write_negative(negative=negative, review="沪府办〔2026〕1号", by=AUTHORITY, at=LATER)
    assert [one.code for one in queries.negatives()] == ["no-adoption", "another"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"until": dt.date(2026, 3, 2)}, "data-until-past"),
        ({"law": "哈利波特", "article": "99"}, "data-law-unknown"),
        ({"law": "数据安全法", "article": "因为"}, "data-law-unknown"),
    ],
)
def test_a_negative_entry_holds_from_now_on_by_a_law_and_its_article(
    city: TinyCity, change: dict[str, Any], code: str
) -> None:
    stands = queries.negatives()[0]
    negative = stands.model_copy(update={"code": "another", **change})
    with pytest.raises(Invalid) as raised:
        operations.write_negative(negative=negative, review="沪府办〔2026〕1号", by=AUTHORITY, at=LATER)
    assert raised.value.code == code
    refused = operations.write_list(
        kind=ListKind.NEGATIVE, entries=[negative], why="沪府办〔2026〕1号", by=AUTHORITY, at=LATER
    )
    assert refused["another"].code == code
    whole = stands.model_copy(update={"code": "another", "until": LATER.date()})
    operations.write_negative(negative=whole, review="沪府办〔2026〕1号", by=AUTHORITY, at=LATER)
    later = LATER + dt.timedelta(days=2)
    told = whole.model_copy(update={"reason": "说得更清楚"})
    assert operations.write_negative(negative=told, review="改字", by=AUTHORITY, at=later) == 2


def test_coverage_unused_duties_repeated_demands_and_themes(city: TinyCity) -> None:
    asked = [("food-licence", "form"), ("food-licence", "health")]
    before = queries.coverage(asked, at=MORNING)
    assert [one.reach for one in before.materials] == ["asked", "owed"]
    assert [one.code for one in queries.unused_duties()] == ["office-health-checks"], "wanted, not used"
    id = operations.state_listed(promised=True, code="market-health", by=MARKET, at=MORNING)
    assert len(queries.unused_duties()) == 1, "nothing is decided yet"
    operations.grant_request(request_id=id, by=OFFICE, at=MORNING)
    after = queries.coverage(asked, at=MORNING)
    assert {reach.value: count for reach, count in after.counts.items() if count} == {
        "granted": 1,
        "asked": 1,
    }
    assert queries.unused_duties() == ()
    invented = queries.duties()[0].model_copy(update={"code": "invented", "answer_days": 1})
    operations.write_duty(duty=invented, why="新增", by=OFFICE, at=LATER)
    assert [one.code for one in queries.unused_duties()] == ["invented"], "nothing was decided since"
    operations.take_off(kind=ListKind.DUTY, code="invented", why="重复", by=OFFICE, at=LATER)
    again = queries.demands()[0].model_copy(update={"code": "again", "material": "form"})
    operations.list_demand(demand=again, why="同一数据", by=MARKET, at=LATER)
    (group,) = queries.repeated_demands()
    assert group.demands == ("market-health", "again")
    (theme,) = queries.by_theme()
    assert (theme.theme, len(theme.resources), theme.duties, theme.demands, theme.negatives) == (
        "people",
        3,
        1,
        2,
        1,
    )
    operations.take_off(kind=ListKind.DEMAND, code="again", why="合并", by=MARKET, at=LATER)
    operations.take_off(kind=ListKind.DEMAND, code="market-health", why="不再需要", by=MARKET, at=LATER)
    assert queries.unused_duties() == (), "the grant still rests on it"


@pytest.mark.parametrize(
    ("constraint", "table", "change"),
    [
        ("data_resource_sharing_known", models.Resource, {"sharing": "perhaps"}),
        ("data_resource_opening_known", models.Resource, {"opening": "perhaps"}),
        ("data_resource_level_known", models.Resource, {"level": 5}),
        ("data_subsystem_once", models.System, {"subsystem": "SH/GOV/office/same"}),
    ],
)
def test_the_catalogue_is_whole(
    city: TinyCity, constraint: str, table: Any, change: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        table.objects.update(**change)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("data_version_once", {}),
        ("data_version_kind_known", {"kind": "song", "number": 9}),
        ("data_version_origin_known", {"origin": "dream", "number": 9}),
    ],
)
def test_versions_are_whole(city: TinyCity, constraint: str, change: dict[str, object]) -> None:
    row = models.Version.objects.filter(kind="resource").first()
    assert row is not None
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        models.Version.objects.create(**(values | change))
