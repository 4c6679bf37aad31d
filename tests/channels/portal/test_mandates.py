"""Giving a mandate by hand: looking for items and bundles, ticking, offering; accepting and ending it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.channels.portal.conftest import Get
from tongban.foundation.identity import queries
from tongban.foundation.identity.adapters import demonstration
from tongban.foundation.identity.models import Account, Mandate
from tongban.kernel import clock
from tongban.services.bundles import queries as bundles
from tongban.services.catalogue import queries as catalogue

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
GRANTEE = "p006"


@pytest.fixture(autouse=True)
def demonstration_city(get: Get, settings: Any) -> None:
    settings.DEMONSTRATION = True
    cache.clear()


def enter(persona: str) -> Client:
    browser = Client()
    assert browser.post("/signin/persona", {"persona": persona}).status_code == 303
    return browser


def person_of(browser: Client) -> Any:
    return Account.objects.get(id=browser.session["_auth_user_id"]).person_id


def typed(**changes: Any) -> dict[str, Any]:
    grantee = demonstration.population().citizens[GRANTEE]
    known = {
        "act": "give", "principal": "me", "grantee_name": grantee.name, "grantee_number": grantee.number,
        "scope": "some", "until": (clock.today() + dt.timedelta(days=30)).isoformat(),
    }  # fmt: skip
    return known | changes


def send(browser: Client, **changes: Any) -> Any:
    return browser.post("/account/mandates/new", typed(**changes))


def test_items_are_looked_for_and_ticked_and_nothing_typed_is_lost() -> None:
    browser = enter("p001")
    items = list(catalogue.all_items().values())[:2]
    first = send(browser, act="find", find=items[0].name)
    page = first.content.decode()
    assert first.status_code == 200
    assert f'value="item:{items[0].code}"><span>' in page
    assert demonstration.population().citizens[GRANTEE].name in page
    again = send(browser, act="find", find=items[1].name, pick=[f"item:{items[0].code}"]).content.decode()
    assert f'value="item:{items[0].code}" checked' in again
    assert not Mandate.objects.filter(person=person_of(browser)).exists()
    done = send(browser, pick=[f"item:{one.code}" for one in items])
    assert (done.status_code, done["Location"]) == (303, "/account/mandates")
    given = Mandate.objects.get(person=person_of(browser))
    assert given.items == sorted(one.code for one in items)
    listed = browser.get("/account/mandates").content.decode()
    assert items[0].name in listed
    assert items[1].name in listed


def test_a_bundle_stands_for_its_items_and_is_named() -> None:
    browser, bundle = enter("p001"), bundles.list_bundles()[0]
    assert f'value="bundle:{bundle.code}"' in send(browser, act="find", find=bundle.name).content.decode()
    assert send(browser, pick=[f"bundle:{bundle.code}"]).status_code == 303
    assert Mandate.objects.get(person=person_of(browser)).items == sorted(bundle.items)
    assert bundle.name in browser.get("/account/mandates").content.decode()


def test_the_grantee_accepts_acts_and_is_stopped_at_once() -> None:
    giver, agent = enter("p001"), enter(GRANTEE)
    code = next(iter(catalogue.all_items()))
    send(giver, pick=[f"item:{code}"])
    mandate = Mandate.objects.get(person=person_of(giver))
    me, party = person_of(agent), queries.get_person(person_of(giver)).subject
    assert not queries.can_act_for(me, party, item=code, at=clock.now())
    agent.post(f"/account/mandates/{mandate.id}/accept")
    assert queries.can_act_for(me, party, item=code, at=clock.now())
    assert not queries.can_act_for(me, party, item="another", at=clock.now())
    giver.post(f"/account/mandates/{mandate.id}/revoke")
    assert not queries.can_act_for(me, party, item=code, at=clock.now())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"pick": []}, "选一选办哪些事"),
        ({"pick": ["item:no-such", "bundle:no-such", "nonsense"]}, "选一选办哪些事"),
        ({"scope": "all", "until": ""}, "请选一个截止日期"),
        ({"scope": "all", "until": "2020-01-01"}, "已经过去"),
        ({"scope": "all", "grantee_name": "不是这个名字"}, "对不上"),
        ({"scope": "all", "principal": "00000000-0000-0000-0000-000000000000"}, "没有找到这家单位"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_given(changes: dict[str, Any], says: str) -> None:
    browser = enter("p001")
    refused = send(browser, **changes)
    assert refused.status_code == 422
    assert says in refused.content.decode()
    assert not Mandate.objects.filter(person=person_of(browser)).exists()


def test_nobody_gives_a_mandate_for_a_company_of_another() -> None:
    owner, other = enter("p002"), enter("p001")
    company = queries.companies_of(person_of(owner))[0]
    refused = send(other, scope="all", principal=str(company.id))
    assert refused.status_code == 422
    assert "法定代表人" in refused.content.decode()
    mine = owner.get(f"/account/mandates/new?for={company.id}").content.decode()
    assert f'value="{company.id}" checked' in mine
