"""Whatever belongs to somebody is nobody else's: every address that names a thing, asked by everybody it is not for."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.architecture.test_routes import routes
from tests.channels.openapi.software import Software, enter
from tests.factories import approvals as offices
from tests.factories.cases import fill, start
from tests.services.licences import restaurants
from tongban.channels.openapi import guard
from tongban.channels.openapi.limits import RateLimit
from tongban.channels.ui import frame, revision
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.identity import operations as identity
from tongban.foundation.identity import queries as people
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.messages import queries as messages
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.cases import operations as operations_of_cases
from tongban.services.cases import queries as cases
from tongban.services.cases.types import Demand
from tongban.services.disclosures import operations as operations_of_disclosures
from tongban.services.disclosures import queries as disclosures
from tongban.services.disclosures.types import ContestKind, Kind, Wanted
from tongban.services.licences import queries as licences

# Parameters of these name what is public, or nothing at all.
OPEN = {
    "items/<str:code>", "items/<str:code>/print", "bundles/<str:code>/print",  "items/<str:code>/versions",   "bundles/<str:code>",
    "themes/<str:code>", "for/<str:kind>", "departments/<str:code>", "districts/<str:slug>", "centres/<str:code>",
    "static/<str:name>", "<path:rest>", "api/<path:rest>", "apply/item/<str:code>", "apply/bundle/<str:code>",
    "api/v1/items/<code>", "api/v1/items/<code>/versions", "api/v1/items/<code>/changes", "api/v1/bundles/<code>",
    "api/v1/bundles/<code>/versions", "api/v1/bundles/<code>/reference", "api/v1/bundles/<code>/compile",
    "api/v1/departments/<code>", "api/v1/schemas/<name>.json",
    "account/systems/<str:code>/leave",  # acts on what the caller gave, whoever calls
}  # fmt: skip
# Of departments, not of people: who gets there, and who is told that it is not there, is in datadesk/test_who_may.py,
# test_contests.py and test_systems.py.
OF_DATA_OFFICERS = {
    "data/requests/<uuid:request_id>", "data/requests/<uuid:request_id>/<slug:name>", "data/grants/<uuid:grant_id>",
    "data/resources/<slug:code>", "data/resources/<slug:code>/change", "data/resources/<slug:code>/take-off",
    "data/duties/<slug:code>", "data/duties/<slug:code>/take-off", "data/negatives/<slug:code>",
    "data/negatives/<slug:code>/take-off", "data/contests/<uuid:contest_id>", "data/secrecy/<uuid:secrecy_id>",
    "data/systems/<subsystem:code>", "data/systems/<subsystem:code>/revoke", "data/systems/<subsystem:code>/services",
    "data/systems/<subsystem:code>/services/<slug:way>", "data/systems/<subsystem:code>/subscriptions",
    "data/systems/<subsystem:code>/subscriptions/<uuid:id>", "data/systems/<subsystem:code>/log",
    "data/systems/<subsystem:code>/sandbox", "data/systems/<subsystem:code>/sandbox/tries",
    "data/flows/departments/<slug:code>", "data/flows/services/<path:name>",
}  # fmt: skip
ALONE = Subject("item", "alone")
"""Of the market regulation alone: every other office is a stranger to its cases."""
DRAFT, CASE, NOTICE = "draft", "case", "notice"
PAPER = "api/v1/my/cases/<case>/materials/<item>/<material>"
# Every other address with a parameter: how its owner asks, and for which of their things.
OWNED = {
    "apply/<uuid:case_id>": ("GET", DRAFT),
    "apply/<uuid:case_id>/form/<int:number>": ("GET", DRAFT),
    "apply/<uuid:case_id>/form/<int:number>/save": ("POST", DRAFT),
    "apply/<uuid:case_id>/dispute": ("POST", DRAFT),
    "apply/<uuid:case_id>/materials": ("GET", DRAFT),
    "apply/<uuid:case_id>/materials/give": ("POST", DRAFT),
    "apply/<uuid:case_id>/materials/take": ("POST", DRAFT),
    "apply/<uuid:case_id>/materials/sign": ("POST", DRAFT),
    "apply/<uuid:case_id>/materials/file/<uuid:document>": ("GET", CASE),
    "apply/<uuid:case_id>/check": ("GET", DRAFT),
    "apply/<uuid:case_id>/drop": ("GET", DRAFT),
    "cases/<uuid:case_id>": ("GET", CASE),
    "cases/<uuid:case_id>/receipt": ("GET", CASE),
    "cases/<uuid:case_id>/receipt.pdf": ("GET", CASE),
    "cases/<uuid:case_id>/letters/<int:number>": ("GET", CASE),
    "cases/<uuid:case_id>/branch-letters/<int:number>": ("GET", CASE),
    "cases/<uuid:case_id>/licences/<uuid:licence>.pdf": ("GET", CASE),
    "cases/<uuid:case_id>/rating": ("GET", CASE),
    "cases/<uuid:case_id>/supplement": ("GET", NOTICE),
    "cases/<uuid:case_id>/withdraw": ("GET", NOTICE),
    "licences/<uuid:licence>": ("GET", CASE),
    "licences/<uuid:licence>/licence.pdf": ("GET", CASE),
    "licences/<uuid:licence>/sharings/<uuid:sharing>": ("POST", CASE),
    "my-data/<uuid:reading>": ("GET", "record"),
    "my-data/<uuid:reading>/contest": ("GET", "record"),
    "my-data/<uuid:reading>/evidence": ("GET", "record"),
    "my-data/contests/<uuid:contest>/withdraw": ("POST", "contest"),
    "desk/filters/<uuid:id>/forget": ("POST", "filter"),
    "desk/supervision/<slug:kind>/<uuid:id>/<slug:name>": ("POST", "entry"),
    "account/mandates/<uuid:id>/<str:act>": ("POST", "mandate"),
    "account/kept/<uuid:id>": ("GET", "kept"),
    "account/security/<int:id>/remove": ("POST", "factor"),
    "desk/absence/<uuid:id>/cancel": ("POST", "absence"),
    "desk/cases/<uuid:case_id>": ("GET", CASE),
    "desk/cases/<uuid:case_id>/acts/<slug:act>": ("POST", CASE),
    "desk/cases/<uuid:case_id>/preview": ("GET", CASE),
    "desk/cases/<uuid:case_id>/unmask/<slug:code>": ("POST", CASE),
    "desk/cases/<uuid:case_id>/papers/<uuid:document>": ("GET", CASE),
    "api/v1/my/cases/<case>": ("GET", CASE),
    "api/v1/my/cases/<case>/form": ("GET", DRAFT),
    "api/v1/my/cases/<case>/disputes": ("POST", DRAFT),
    "api/v1/my/cases/<case>/materials": ("GET", DRAFT),
    f"{PAPER}/file": ("GET", CASE),
    f"{PAPER}/commitment": ("GET", DRAFT),
    "api/v1/my/cases/<case>/pre-review": ("GET", DRAFT),
    "api/v1/my/cases/<case>/submission": ("POST", DRAFT),
    "api/v1/my/cases/<case>/receipt": ("GET", CASE),
    "api/v1/my/cases/<case>/receipt.pdf": ("GET", CASE),
    "api/v1/my/cases/<case>/supplement": ("POST", NOTICE),
    "api/v1/my/cases/<case>/withdrawal": ("POST", NOTICE),
    "api/v1/my/cases/<case>/letters": ("GET", CASE),
    "api/v1/my/cases/<case>/notice": ("GET", NOTICE),
    "api/v1/my/messages/<message>/read": ("POST", CASE),
    "api/v1/my/licences/<licence>": ("GET", CASE),
    "api/v1/my/licences/<licence>/pdf": ("GET", CASE),
}
BODIES: dict[str, Any] = {
    "form": {"values": {"shop-name": "x"}}, "disputes": {"field": "applicant-name", "actual": "x"},
    "submission": {"declared_true": True}, "withdrawal": {}, "commitment": {"digest": "0" * 64},
}  # fmt: skip
ASKED_WITH = {"If-Match": '"0"', "Idempotency-Key": "a-stranger"}
NOWHERE = "01a200d2-0c58-7396-9b73-43aa66c93693"
REFUSED = {401, 403, 404, 405}


def test_every_address_that_names_a_thing_is_in_the_table() -> None:
    """A new one: say in OWNED how its owner asks, or in OPEN that it names nothing of anybody's."""
    found = {address for address, _ in routes() if "<" in address}

    assert found == OPEN | OWNED.keys() | OF_DATA_OFFICERS


@dataclass
class House:
    """What belongs to the owner, the names of their things, and what nobody else may read."""

    owner: Client
    software: Software
    staff: Client
    things: dict[str, dict[str, str]]
    secrets: list[str]

    def address(self, route: str) -> str:
        """Return the route with the owner's own things in it."""
        named = self.things[OWNED[route][1]] | {"number": "1", "act": "revoke", "code": "applicant-name"}
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: named[found[1]], route)


@pytest.fixture
def house(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> House:
    settings.DEMONSTRATION, settings.ACCOUNT_RATE_LIMITS = True, {}
    monkeypatch.setattr(guard, "RATE", RateLimit(1_000_000))
    offices.load_city_of_approvals()
    restaurants.give_licences()
    revision.forget()
    frame._frame.cache_clear()
    cast = offices.settle_cast()
    case = offices.accepted(cast, "alone", at=offices.MONDAY)
    offices.opinion(offices.branch(case, at=restaurants.WEEKDAY), at=restaurants.WEEKDAY)
    restaurants.decide(case, "alone", restaurants.WEEKDAY)
    while outbox.deliver(at=clock.now()):
        pass
    draft, notice = start(cast, ALONE), with_notice(cast)
    owner, staff = enter("p001"), enter("market-1")
    software = Software(owner)
    found = cases.get_case(case, by=cast.applicant)
    paper = next(one for one in found.materials if one.document)
    licence = licences.licences_of_case(case)[0]
    receipt = cases.receipt(case, by=cast.applicant)
    mandate = people.mandates_of(cast.applicant.id, at=clock.now())[0]
    account = uuid.UUID(owner.session["_auth_user_id"])
    kept = identity.keep_form(account=account, path="/account/mandates/new", fields={"grantee": ["秘密的名字"]},
                              by=SYSTEM, at=clock.now())  # fmt: skip
    factor = Authenticator.objects.create(user_id=account, type="totp", data={})
    absence = an_absence()
    reading, contest = a_reading_and_a_contest(cast, case)
    assert paper.document
    assert kept
    common = {
        "sharing": NOWHERE,
        "document": str(paper.document), "item": paper.item, "material": paper.code, "licence": str(licence.id),
        "message": str(messages.inbox(cast.subject)[0].id),
    }  # fmt: skip
    things = {
        name: common | {"case_id": str(id), "case": str(id)}
        for name, id in ((CASE, case), (DRAFT, draft), (NOTICE, notice))
    } | {"mandate": {"id": str(mandate.id)}, "kept": {"id": str(kept)}, "factor": {"id": str(factor.pk)},
         "absence": {"id": str(absence)},
         "record": {"reading": str(reading)},
         "contest": {"contest": str(contest)}, "filter": {"id": NOWHERE}, "entry": {"id": NOWHERE, "kind": "entries", "name": "explain"}}  # fmt: skip
    person = people.get_person(cast.applicant.id)
    secrets = [found.applicant_name, person.masked_number, receipt.number, cases.spaced(receipt.number),
               licence.number, licence.identifier, "小面馆", "秘密的名字", "秘密的查看"]  # fmt: skip
    return House(owner, software, staff, things, secrets)


def a_reading_and_a_contest(cast: offices.Cast, case: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """Have an official read the case, and its applicant ask why; return the numbers of both."""
    by, at = offices.reviewer("market"), clock.now()
    operations_of_cases.read_case(case_id=case, purpose="秘密的查看", by=by, at=at)
    ledger.link_pending()
    attestation.sign_head(at=at)
    scope = disclosures.opened(cast.subject, by=cast.applicant, at=at)
    (reading,) = disclosures.account(scope, Wanted(kind=Kind.STAFF, limit=1), at=at).readings
    contest = operations_of_disclosures.contest_reading(
        subject=cast.subject, reading=reading.id, kind=ContestKind.UNKNOWN, by=cast.applicant, at=at
    )
    return reading.id, contest


def with_notice(cast: offices.Cast) -> uuid.UUID:
    """Return a case that waits for its applicant's supplement."""
    case = start(cast, ALONE)
    fill(cast, case, at=offices.MONDAY)
    operations_of_cases.submit(case_id=case, by=cast.applicant, at=offices.MONDAY)
    missing = cases.get_case(case, by=cast.applicant).materials[0]
    demand = Demand("请补一份盖章的布局图", item=missing.item, material=missing.code)
    operations_of_cases.give_notice(case_id=case, demands=[demand], by=offices.WINDOW, at=offices.MONDAY)
    return case


def an_absence() -> uuid.UUID:
    """Return a leave of a member of staff."""
    today = clock.now().date()
    found = identity.record_absence(staff="ecology-1", substitute="ecology-2", from_on=today, until_on=today,
                                    reason="年休假", by=offices.reviewer("ecology"), at=clock.now())  # fmt: skip
    return found.id


def strangers(route: str, house: House) -> Iterator[tuple[str, Client, dict[str, str]]]:
    """Yield everybody who has nothing to do with the owner's things: who, how they come, with which headers."""
    if not route.startswith("api/"):
        yield from ((who, enter(who), {}) for who in ("p006", "fire-1", "water-9", "supervisor-1"))
        yield "nobody", Client(), {}
        return
    other = Software(enter("p006"), code="another-software")
    yield "p006", Client(), other.headers(ASKED_WITH)
    yield "nobody", Client(), {}
    yield "a forged token", Client(), {"Authorization": "Bearer " + "x" * 30}
    yield "the owner's cookie", house.owner, {}


def asked(client: Client, method: str, address: str, headers: dict[str, str]) -> Any:
    name = address.rsplit("/", 1)[1]
    if not address.startswith("/api/"):
        return getattr(client, method.lower())(address, headers=headers)
    if name == "file" and method == "POST":
        return client.generic("POST", address, b"%PDF-1.7", "application/pdf", headers=headers)
    body = {"document": str(uuid.uuid4())} if name == "file" else BODIES.get(name)
    sent = {} if method in ("GET", "DELETE") or body is None else {"data": json.dumps(body)}
    return client.generic(method, address, content_type="application/json", headers=headers, **sent)


def wrong(answer: Any, house: House) -> str:
    """Return what is wrong with an answer to a stranger, empty when nothing is."""
    if answer.status_code not in REFUSED and not (is_way_to_the_door(answer) or is_way_to_own_page(answer)):
        return f"answers {answer.status_code}"
    text = b"".join(answer).decode(errors="replace") + str(dict(answer.headers))
    return next((f"tells “{secret}”" for secret in house.secrets if secret in text), "")


def is_way_to_the_door(answer: Any) -> bool:
    return answer.status_code == 303 and answer["Location"].startswith(("/signin?", "/staff/signin?"))


def is_way_to_own_page(answer: Any) -> bool:
    """Say whether somebody is sent to what they have themselves: the thing was not found among it."""
    return answer.status_code == 303 and answer["Location"] in ("/account/security", "/desk/absence", "/desk")


@pytest.mark.slow
def test_nothing_of_anybodys_is_shown_to_or_done_by_anybody_else(house: House) -> None:
    comers = {api: list(strangers("api/" if api else "", house)) for api in (True, False)}
    found = []
    for route in OWNED:
        is_api = route.startswith("api/")
        for who, client, headers in comers[is_api]:
            if is_own_desk(route, who):
                continue
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE") if is_api else ("GET", "POST"):
                answer = asked(client, method, house.address(route), headers)
                if complaint := wrong(answer, house):
                    found.append(f"{who}: {method} {house.address(route)} {complaint}")
    assert not found, "\n".join(found)
    assert_nothing_changed(house)


def is_own_desk(route: str, who: str) -> bool:
    """Say whether a supervisor asks at the desk: they look at every case, and it is on the record."""
    return who == "supervisor-1" and route.startswith("desk/")


def assert_nothing_changed(house: House) -> None:
    by = house.software.actor
    assert cases.get_case(house.things[DRAFT]["case"], by=by).state == "draft"
    assert cases.get_case(house.things[NOTICE]["case"], by=by).state == "supplement"
    assert Authenticator.objects.filter(pk=house.things["factor"]["id"]).exists()
    assert people.absences("ecology-1")
    assert [str(one.id) for one in disclosures.waiting(None)] == [house.things["contest"]["contest"]]
    mandate = people.get_mandate(uuid.UUID(house.things["mandate"]["id"]), at=clock.now())
    assert mandate.revoked_at is None


@pytest.mark.slow
def test_the_owner_is_answered_at_the_same_addresses(house: House) -> None:
    """Else the test above would pass because its addresses lead nowhere."""
    found = []
    for route in [route for route, (method, _) in OWNED.items() if method == "GET"]:
        client = house.staff if route.startswith("desk/") else house.owner
        headers = house.software.headers() if route.startswith("api/") else {}
        answer = (house.software.http if headers else client).get(house.address(route), headers=headers)
        if answer.status_code not in (200, 303) or is_way_to_the_door(answer):
            found.append(f"{house.address(route)} answers {answer.status_code}")
    assert not found, "\n".join(found)
