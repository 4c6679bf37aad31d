"""Services go by what the catalogue says of their resource now, however they were published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, NUMBER, PROVIDER, Caller, make_grant, make_service
from tests.factories.resources import OFFICE, data_city, load
from tongban.datahub.exchange import known, operations, queries, tellings
from tongban.datahub.nodes.operations import directory
from tongban.datahub.nodes.types import Change
from tongban.datahub.resources import models as resources
from tongban.datahub.resources import operations as catalogue
from tongban.datahub.resources.operations.listing import document_of
from tongban.datahub.resources.queries import spreading
from tongban.datahub.resources.types import Resource
from tongban.foundation.messages.models import Message as Sent
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM

pytestmark = pytest.mark.django_db
PETS = f"/r1/{PROVIDER}/pets"


def say(code: str, **changes: Any) -> int:
    """Have the catalogue say something else of a resource, and the services follow."""
    row = resources.Resource.objects.get(code=code)
    said = Resource.model_validate(row.document).model_dump(mode="json") | changes
    resources.Resource.objects.filter(code=code).update(document=document_of(Resource.model_validate(said)))
    known.forget()
    return operations.follow_resource(resource=code, at=clock.now())


def fields(*personal: str) -> list[dict[str, Any]]:
    return [
        {"code": name, "name": name, "level": 3, "personal": name in personal} for name in exchange.FIELDS
    ]


@pytest.mark.law("exchange-follows-catalogue")
def test_what_becomes_personal_is_guarded_by_every_service_of_it() -> None:
    exchange.make_resource("pets", subject="thing", fields=fields())
    make_service("pets", resource="pets", subject="")
    make_grant(service="pets", resource="pets")
    caller = exchange.make_caller()
    address, without = f"{PETS}?number={NUMBER}", {"x-road-issue": None}
    assert caller.call(address, headers=without).status == 200
    assert say("pets", fields=fields("name")) == 1
    refused = caller.call(address, headers=without)
    assert (refused.status, json.loads(refused.body)["code"]) == (400, "issue-missing")
    assert caller.call(address).status == 200
    (service,) = queries.services(PROVIDER)
    assert (service.version, service.personal, service.is_enabled) == (2, ("name",), True)
    assert say("pets", fields=fields("name"), summary="另一句话") == 0, "nothing that matters to it"
    assert queries.audit_registered() == ()


@pytest.mark.law("exchange-follows-catalogue")
def test_a_service_that_gives_persons_data_and_names_none_is_paused(caller: Caller) -> None:
    make_service("list", resource="people-list", subject="")
    make_grant(service="list", resource="people-list")
    address = f"/r1/{PROVIDER}/list?number={NUMBER}"
    assert caller.call(address).status == 200
    assert say("people-list", fields=fields("number", "name")) == 1
    assert json.loads(caller.call(address).body)["code"] == "service-disabled"
    assert say("people-list", fields=fields("number", "name", "born")) == 1
    assert json.loads(caller.call(address).body)["code"] == "service-disabled", "it stays so"
    assert caller.call(f"{ADDRESS}?number={NUMBER}").status == 200, "the other one names whom"
    assert queries.audit_registered() == ()


@pytest.mark.slow
def test_a_change_at_the_desk_is_followed_and_told(tmp_path: Path) -> None:
    """By the events of the catalogue, as the worker hands them out."""
    load(data_city(tmp_path))
    provider = "SH/GOV/office/office-people"
    operations.register_subsystem(code=provider, name="人口综合库", by=exchange.OFFICER, at=clock.now())
    plain = exchange.make_resource("signs", department="office", system="office-people", fields=fields())
    make_service("signs", provider=provider, resource="signs", subject="")
    said = Resource.model_validate(plain.model_dump(mode="json") | {"fields": fields("name")})
    catalogue.register_resource(resource=said, why="含个人信息", by=OFFICE, at=clock.now())
    while outbox.deliver(at=clock.now()):
        pass
    (service,) = queries.services(provider)
    assert (service.personal, service.is_enabled) == (("name",), False)
    assert [one.to_id for one in Sent.objects.filter(template=tellings.SERVICE_STOPS.code)] == [OFFICE.id]


def test_a_districts_node_follows_the_citys_catalogue() -> None:
    exchange.make_resource("pets", subject="thing", fields=fields())
    make_service("pets", resource="pets", subject="")
    row = resources.Resource.objects.get(code="pets")
    said = {
        **(spreading.resource_document("pets") or {}),
        "document": {**row.document, "fields": fields("name")},
    }
    directory._keep(Change(1, "resource", "pets", "city", said), SYSTEM, clock.now())
    (service,) = queries.services(PROVIDER)
    assert service.personal == ("name",)
