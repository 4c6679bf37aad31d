"""Subsystems, keys and services: what is registered is held by the database too, and every act is on the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from tests.factories import exchange
from tests.factories.exchange import CONSUMER, OFFICER, PROVIDER, SERVICE, Caller
from tests.factories.resources import data_city, load
from tongban.datahub.exchange import models, operations, queries
from tongban.datahub.exchange.types import Service, ServiceKind
from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures.types import ECDSA_P256, ED25519
from tongban.foundation.ledger import queries as ledger
from tongban.kernel import clock
from tongban.kernel.errors import Failure, NotAllowed
from tongban.kernel.types import Actor, Subject

NOW = clock.now()


def code_of(work: object, **values: object) -> str:
    with pytest.raises(Failure) as refused:
        work(**values, by=OFFICER, at=NOW)  # type: ignore[operator]
    return refused.value.code


@pytest.mark.parametrize(
    "code",
    [
        "",
        "SH/GOV/scjg",
        "SH/GOV/scjg/desk/more",
        "SH/GOV/sc jg/desk",
        "SH/GOV/市场/desk",
        "SH/GOV/../desk",
        "SH//a/b",
    ],
)
def test_codes_that_are_none(db: None, code: str) -> None:
    assert code_of(operations.register_subsystem, code=code, name="x") == "bad-subsystem"
    with pytest.raises(IntegrityError, match="exchange_subsystem_code"), transaction.atomic():
        models.Subsystem.objects.create(code=code.replace("..", "_"), name="x", registered_at=NOW)


def test_keys_that_are_none(db: None) -> None:
    operations.register_subsystem(code=CONSUMER, name="x", by=OFFICER, at=NOW)
    _, public = signatures.make_pair(ED25519)
    bad = {"subsystem": CONSUMER, "algorithm": ED25519}
    assert code_of(operations.register_key, **bad, public=public[:-1]) == "bad-key"
    assert code_of(operations.register_key, **bad | {"algorithm": "rsa"}, public=public) == "bad-key"
    assert code_of(operations.register_key, **bad | {"algorithm": ECDSA_P256}, public=public) == "bad-key"
    not_on_the_curve = b"\x04" + b"\x01" * 64
    assert (
        code_of(operations.register_key, **bad | {"algorithm": ECDSA_P256}, public=not_on_the_curve)
        == "bad-key"
    )
    assert (
        code_of(operations.register_key, **bad | {"subsystem": "A/B/C/D"}, public=public)
        == "subsystem-unknown"
    )


def test_a_key_is_registered_once_and_revoked_once(caller: Caller) -> None:
    (key,) = queries.keys_of(CONSUMER)
    again = {"subsystem": PROVIDER, "algorithm": key.algorithm, "public": key.public}
    assert code_of(operations.register_key, **again) == "key-taken"
    operations.revoke_key(key=key.id, reason="遗失", by=OFFICER, at=clock.now())
    assert queries.keys_of(CONSUMER)[0].revoked_at is not None
    assert code_of(operations.revoke_key, key=key.id, reason="遗失") == "key-not-there"
    assert code_of(operations.register_key, **again) == "key-taken"
    acts = [entry.act for entry in ledger.entries(Subject("exchange-key", key.id))]
    assert sorted(acts) == ["exchange.key_registered", "exchange.key_revoked"]


def test_the_database_holds_what_a_key_is(caller: Caller) -> None:
    for name, change in (
        ("exchange_key_algorithm", {"algorithm": "none"}),
        ("exchange_key_revoked_after", {"revoked_at": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            models.Key.objects.update(**change)


def test_the_database_holds_what_a_service_is(caller: Caller) -> None:
    for name, change in (
        ("exchange_service_kind", {"kind": "other"}),
        ("exchange_service_bounds", {"seconds": 61}),
        ("exchange_service_bounds", {"most_bytes": 100_000_001}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            models.Service.objects.update(**change)
    with pytest.raises(IntegrityError, match="exchange_service_once"), transaction.atomic():
        row = models.Service.objects.get()
        row.pk = None
        row.save(force_insert=True)


def test_a_service_has_versions_and_its_story_is_on_the_ledger(caller: Caller) -> None:
    service = queries.find_service(PROVIDER, SERVICE)
    assert service is not None
    assert operations.publish_service(service=replace(service, seconds=2), by=OFFICER, at=NOW) == 2
    assert [one.version for one in queries.services(PROVIDER)] == [2]
    entries = ledger.entries(Subject("service", f"{PROVIDER}/{SERVICE}"))
    assert sorted(entry.detail["seconds"] for entry in entries) == [2, 5.0]
    assert caller.call().status == 200, "the process that knew the version before hears of the new one"


def test_a_register_that_is_not_there_leaves_the_service_as_it_was(caller: Caller) -> None:
    service = queries.find_service(PROVIDER, SERVICE)
    assert service is not None
    with pytest.raises(Failure, match="target"):
        operations.publish_service(service=replace(service, target="nope"), by=OFFICER, at=NOW)
    assert caller.call().status == 200


GOOD = Service(PROVIDER, "x", 0, ServiceKind.REGISTER, "people", "r", ("number",), "number")
QUERY = replace(
    GOOD, kind=ServiceKind.QUERY, database="market", target="SELECT a FROM b WHERE c = %(number)s"
)
UPSTREAM = replace(GOOD, kind=ServiceKind.UPSTREAM, target="https://people.example/v1")


@pytest.mark.parametrize(
    ("service", "what"),
    [
        (GOOD, "resource"),  # the catalogue has none of this code
        (replace(GOOD, code="a/b"), "code"),
        (replace(GOOD, code=".."), "code"),
        (replace(GOOD, parameters=("a b",)), "parameters"),
        (replace(GOOD, parameters=("number", "number")), "parameters"),
        (replace(GOOD, subject="other"), "subject"),
        (replace(GOOD, seconds=0), "seconds"),
        (replace(GOOD, most_bytes=10**9), "most_bytes"),
        (replace(GOOD, target="a b"), "target"),
        (replace(GOOD, target="nope"), "target"),  # this node has no register of this name
        (replace(GOOD, database="market"), "database"),
        (replace(QUERY, database=""), "database"),
        (replace(QUERY, target="DELETE FROM b WHERE c = %(number)s"), "target"),
        (replace(QUERY, target="SELECT 1 WHERE c = %(number)s; DROP TABLE b"), "target"),
        (replace(QUERY, target="SELECT a FROM b"), "target"),
        (replace(QUERY, target="SELECT a FROM b WHERE c = %(number)s AND d = %(more)s"), "target"),
        (replace(QUERY, target="SELECT a FROM b WHERE c LIKE 'x%' AND d = %(number)s"), "target"),
        (replace(UPSTREAM, target="ftp://people.example"), "target"),
        (replace(UPSTREAM, target="https://user:password@people.example"), "target"),
        (replace(UPSTREAM, target="https://people.example/?a=1"), "target"),
        (replace(UPSTREAM, target="https:///v1"), "target"),
        (replace(UPSTREAM, target="https://people.example:x/"), "target"),
    ],
)
def test_what_can_not_be_published(db: None, service: Service, what: str) -> None:
    operations.add_register("people", exchange.register_of_people)
    operations.register_subsystem(code=PROVIDER, name="x", by=OFFICER, at=NOW)
    with pytest.raises(Failure) as refused:
        operations.publish_service(service=service, by=OFFICER, at=NOW)
    assert (refused.value.code, refused.value.values) == ("bad-service", {"what": what})


@pytest.mark.parametrize("service", [GOOD, QUERY, UPSTREAM])
def test_what_can(db: None, service: Service) -> None:
    operations.add_register("people", exchange.register_of_people)
    operations.register_subsystem(code=PROVIDER, name="x", by=OFFICER, at=NOW)
    exchange.make_resource(service.resource)
    assert operations.publish_service(service=service, by=OFFICER, at=NOW) == 1
    with pytest.raises(Failure) as refused:
        operations.publish_service(service=replace(service, subject=""), by=OFFICER, at=NOW)
    assert refused.value.code == "subject-stands", "whose data past calls were about must not change"


@pytest.mark.law("exchange-persons-by-name")
def test_a_service_about_persons_declares_who_is_asked_about(db: None, tmp_path: Path) -> None:
    load(data_city(tmp_path))
    provider = "SH/GOV/market/people"
    operations.register_subsystem(code=provider, name="x", by=OFFICER, at=NOW)
    service = replace(UPSTREAM, provider=provider, resource="health-checks", subject="")
    assert code_of(operations.publish_service, service=service) == "subject-missing"
    named = replace(service, parameters=("number",), subject="number")
    assert operations.publish_service(service=named, by=OFFICER, at=NOW) == 1
    (found,) = queries.services(provider)
    assert set(found.personal) == {"id-number", "name", "is-fit"}


def test_a_department_that_there_is_not_takes_no_part(db: None, tmp_path: Path) -> None:
    load(data_city(tmp_path))
    assert code_of(operations.register_subsystem, code="SH/GOV/nobody/cases", name="x") == "member-unknown"
    operations.register_subsystem(code="SH/COM/nobody/cases", name="x", by=OFFICER, at=NOW)


def test_the_sandbox_wants_another_key_than_real_calls(caller: Caller) -> None:
    twin = CONSUMER.replace("SH/", "SH-TEST/")
    (key,) = queries.keys_of(CONSUMER)
    said = {"algorithm": ED25519, "public": key.public}
    assert code_of(operations.register_trial_key, subsystem=twin, **said) == "key-taken"
    _, public = signatures.make_pair(ED25519)
    operations.register_trial_key(subsystem=twin, algorithm=ED25519, public=public, by=OFFICER, at=NOW)
    assert (
        code_of(operations.register_key, subsystem=CONSUMER, algorithm=ED25519, public=public) == "key-taken"
    )


def test_nobody_publishes_for_a_subsystem_that_is_not_there(db: None) -> None:
    assert code_of(operations.publish_service, service=GOOD) == "subsystem-unknown"
    paused = {"provider": PROVIDER, "code": "x", "is_enabled": False, "reason": "y"}
    assert code_of(operations.enable_service, **paused) == "service-unknown"


def test_subsystems_are_listed(caller: Caller) -> None:
    assert [one.code for one in queries.subsystems()] == [PROVIDER, CONSUMER]
    operations.register_subsystem(code=CONSUMER, name="新名称", by=OFFICER, at=NOW)
    assert queries.subsystems()[1].name == "新名称"
    assert exchange.make_service("other").code == "other"


@pytest.mark.law("data-officer-acts")
@pytest.mark.parametrize("by", [Actor("staff", "s-1"), Actor("person", "p-1")])
def test_who_is_no_data_officer_of_the_department_changes_nothing(
    caller: Caller, by: Actor, tmp_path: Path
) -> None:
    load(data_city(tmp_path))
    (key,) = queries.keys_of(CONSUMER)
    (service,) = queries.services(PROVIDER)
    acts: list[Callable[[], object]] = [
        lambda: operations.register_subsystem(code=CONSUMER, name="other", by=by, at=NOW),
        lambda: operations.register_key(
            subsystem=CONSUMER, algorithm=ED25519, public=signatures.make_pair(ED25519)[1], by=by, at=NOW
        ),
        lambda: operations.revoke_key(key=key.id, reason="x", by=by, at=NOW),
        lambda: operations.publish_service(service=service, by=by, at=NOW),
        lambda: operations.enable_service(
            provider=PROVIDER, code=SERVICE, is_enabled=False, reason="x", by=by, at=NOW
        ),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert queries.keys_of(CONSUMER) == (key,) and queries.services(PROVIDER) == (service,)
