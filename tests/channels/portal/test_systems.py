"""What a registered system may do in a person's name: asked for, for one party, taken back, told of the end."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import jwt
import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from tests.channels.portal.conftest import Get
from tests.channels.portal.test_signon import BACK, Relying
from tests.factories.staff import open_office
from tests.fakes.systems import listening_system
from tongban.foundation.identity import operations, queries
from tongban.foundation.identity.models import Account, TokenGrant
from tongban.foundation.identity.types import DATA_SCOPES
from tongban.foundation.ledger.models import Record
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox import queries as waiting
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM

pytestmark = pytest.mark.django_db
SCOPE = "openid cases:read cases:write"


@pytest.fixture
def agent(get: Get, settings: Any) -> Relying:
    settings.DEMONSTRATION = True
    cache.clear()
    open_office()
    return Relying("agent", scopes=["openid", *DATA_SCOPES])


def enter(persona: str) -> Client:
    browser = Client()
    assert browser.post("/signin/persona", {"persona": persona}).status_code == 303
    return browser


def consent(
    agent: Relying, browser: Client, party: str = "", action: str = "grant", scope: str = SCOPE
) -> Any:
    """Open the page that asks, and answer it; return the answer."""
    page = browser.get(agent.ask(scope=scope))
    assert page.status_code == 200, page
    signed = re.search(r'name="request" value="([^"]+)"', page.content.decode())
    assert signed
    sent = {"request": signed[1], "scopes": scope.split(), "party": party, "action": action}
    return browser.post("/identity/o/authorize", sent)


def token(agent: Relying, browser: Client, party: str = "") -> dict[str, Any]:
    response = consent(agent, browser, party)
    assert response.status_code == 302, response.content.decode()
    assert response["Location"].startswith(BACK)
    answer: dict[str, Any] = agent.redeem(re.search(r"code=([^&]+)", response["Location"])[1]).json()  # type: ignore[index]
    return answer


@pytest.mark.slow
def test_a_person_lets_a_system_act_and_takes_it_back(agent: Relying) -> None:
    browser = enter("p004")
    tokens = token(agent, browser)
    found = queries.bearer(tokens["access_token"], at=clock.now())
    assert found
    account = Account.objects.get(id=found.account)
    assert (found.person, found.client, found.party.id) == (
        account.person_id,
        "agent",
        str(account.person_id),
    )
    assert found.scopes == {"openid", "cases:read", "cases:write"}
    assert found.may("cases:write")
    assert not found.may("licences:read")
    fresh = agent.refresh(tokens["refresh_token"]).json()
    assert queries.bearer(fresh["access_token"], at=clock.now())
    page = browser.get("/account/security").content.decode()
    assert "市场监管业务系统" in page
    browser.post("/account/systems/agent/leave")
    assert queries.bearer(fresh["access_token"], at=clock.now()) is None
    assert queries.bearer(tokens["access_token"], at=clock.now()) is None
    assert agent.refresh(fresh["refresh_token"]).status_code == 400
    assert "市场监管业务系统" not in browser.get("/account/security").content.decode()


@pytest.mark.slow
def test_only_a_living_access_token_is_one(agent: Relying) -> None:
    browser = enter("p004")
    tokens = token(agent, browser)
    for wrong in ("", "x", "x" * 300, tokens["refresh_token"], tokens["id_token"]):
        assert queries.bearer(wrong, at=clock.now()) is None
    assert queries.bearer(tokens["access_token"], at=clock.now() + dt.timedelta(minutes=9))
    assert queries.bearer(tokens["access_token"], at=clock.now() + dt.timedelta(minutes=11)) is None
    operations.close_account(account=uuid.UUID(browser.session["_auth_user_id"]), by=SYSTEM, at=clock.now())
    assert queries.bearer(tokens["access_token"], at=clock.now()) is None


@pytest.mark.slow
def test_a_token_for_a_company_holds_as_long_as_the_mandate(agent: Relying) -> None:
    browser = enter("p003")
    person = Account.objects.get(id=browser.session["_auth_user_id"]).person_id
    options = [one for one in queries.acting_options(person, at=clock.now()) if one.via == "mandate"]
    assert options, "the demonstration gives p003 a mandate"
    party = options[0].party
    tokens = token(agent, browser, f"{party.kind}:{party.id}")
    fresh = agent.refresh(tokens["refresh_token"]).json()
    for one in (tokens, fresh):
        found = queries.bearer(one["access_token"], at=clock.now())
        assert found
        assert found.party == party
    operations.revoke_mandate(mandate=options[0].mandate, by=queries.get_person(person).actor, at=clock.now())
    assert queries.bearer(fresh["access_token"], at=clock.now()) is None


def test_nobody_lets_a_system_act_for_whom_they_do_not_act(agent: Relying) -> None:
    other = enter("p004")
    stranger = Account.objects.get(id=other.session["_auth_user_id"]).person_id
    refused = consent(agent, enter("p002"), f"person:{stranger}")
    assert refused.status_code == 403
    assert not TokenGrant.objects.exists()
    denied = consent(agent, other, action="deny")
    assert "error=access_denied" in denied["Location"]


@pytest.mark.slow
def test_consent_to_one_system_is_none_to_another(agent: Relying) -> None:
    browser = enter("p004")
    token(agent, browser)
    other = Relying("other", scopes=["openid", *DATA_SCOPES])
    for system in (other, agent):
        silent = browser.get(system.ask(scope=SCOPE, prompt="none"))
        assert silent.status_code == 302
        assert "code=" not in silent["Location"]
        assert "error=consent_required" in silent["Location"]
        assert f"state={system.state}" in silent["Location"]
    assert browser.get(other.ask(scope=SCOPE)).status_code == 200, "it has to ask"
    assert "知道您的姓名" in browser.get(Relying("third", scopes=["openid", "profile", "cases:read"]).ask(
        scope="openid profile")).content.decode()  # fmt: skip


def test_staff_and_the_unverified_can_not_let_a_system_act(agent: Relying) -> None:
    refused = enter("s-clerk").get(agent.ask(scope=SCOPE))
    assert refused.status_code == 400
    assert "工作人员账户不能授权" in refused.content.decode()
    account = operations.open_account(phone="13800138000", by=SYSTEM, at=clock.now())
    browser = Client()
    code = operations.send_code(contact="13800138000", purpose="sign-in", by=SYSTEM, at=clock.now())
    browser.post("/signin", {"step": "code", "contact": "13800138000", "code": code})
    assert browser.session["_auth_user_id"] == str(account.id)
    sent = browser.get(agent.ask(scope=SCOPE))
    assert (sent.status_code, sent["Location"].split("?")[0]) == (303, "/account/real-name")


@pytest.mark.slow
@pytest.mark.parametrize("failing", [0, 2])
def test_who_leaves_is_gone_from_the_other_system_too(get: Get, settings: Any, failing: int) -> None:
    settings.DEMONSTRATION = True
    cache.clear()
    open_office()
    with listening_system(failing=failing) as (address, heard):
        market = Relying(told_of_logout=address)
        browser = enter("s-clerk")
        tokens = market.redeem(market.code(browser)).json()
        claims = market.read(tokens["id_token"])
        browser.post("/signout")
        at = clock.now()
        for _ in range(failing + 1):
            outbox.deliver(at=at)
            at += dt.timedelta(minutes=1)
        assert len(heard) == failing + 1
        about = market.http.get("/.well-known/openid-configuration").json()
        assert about["backchannel_logout_supported"] is True
        keys = jwt.PyJWKSet.from_dict(market.http.get("/.well-known/jwks.json").json())
        header = jwt.get_unverified_header(heard[-1])
        said = jwt.decode(
            heard[-1], keys[header["kid"]], algorithms=["RS256"], audience="market", issuer=about["issuer"]
        )
        assert header["typ"] == "logout+jwt"
        assert said["sub"] == claims["sub"]
        assert list(said["events"]) == ["http://schemas.openid.net/event/backchannel-logout"]
        assert "nonce" not in said
        assert waiting.backlog(at=at).failed == 0
    assert Record.objects.filter(act="identity.signed_off").count() == 1


@pytest.mark.slow
def test_a_party_is_whole_or_none(agent: Relying) -> None:
    token(agent, enter("p004"))
    grant = TokenGrant.objects.get()
    grant.party_kind = "city"
    with pytest.raises(IntegrityError, match="token_grant_for_a_party"), transaction.atomic():
        grant.save()
