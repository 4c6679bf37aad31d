"""A department's own system signs its people on here: a client that does all the steps, and all the wrong ones."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.idp.oidc.models import Client as System
from allauth.idp.oidc.models import Token
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from tests.channels.portal.conftest import Get
from tests.factories.staff import open_office
from tongban.foundation.identity import operations
from tongban.foundation.identity.models import Account, PairwiseSubject, SignOnKey, TokenGrant
from tongban.foundation.ledger.models import Record
from tongban.kernel import clock
from tongban.kernel.errors import Invalid
from tongban.kernel.types import SYSTEM

pytestmark = pytest.mark.django_db
BACK, GOODBYE = "https://market.example/callback", "https://market.example/bye"


class Relying:
    """The other system: keeps its secrets, checks what it is told."""

    def __init__(self, code: str = "market", **changes: Any) -> None:
        asked = {"name": "市场监管业务系统", "redirect_uris": [BACK], "after_logout": [GOODBYE],
                 "scopes": ["openid", "profile", "staff"]}  # fmt: skip
        self.id = code
        self.secret = operations.register_system(code=code, by=SYSTEM, at=clock.now(), **asked | changes)
        self.http = Client()

    def ask(self, **changes: Any) -> str:
        """Return the address to send a browser to."""
        self.verifier, self.state, self.nonce = (secrets.token_urlsafe(48) for _ in range(3))
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "client_id": self.id, "redirect_uri": BACK, "response_type": "code", "state": self.state,
            "scope": "openid profile staff", "nonce": self.nonce, "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        }  # fmt: skip
        wanted = {name: value for name, value in (asked | changes).items() if value is not None}
        return f"/identity/o/authorize?{urlencode(wanted)}"

    def code(self, browser: Client, **changes: Any) -> str:
        """Send the browser through the door and return the code it comes back with."""
        response = browser.get(self.ask(**changes))
        assert response.status_code == 302, response.content.decode()
        back = urlsplit(response["Location"])
        answer = parse_qs(back.query)
        assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
        assert answer["state"] == [self.state]
        return answer["code"][0]

    def post(self, what: str, **fields: Any) -> Any:
        basic = base64.b64encode(f"{self.id}:{self.secret}".encode()).decode()
        return self.http.post(f"/identity/o/api/{what}", fields, HTTP_AUTHORIZATION=f"Basic {basic}")

    def redeem(self, code: str, **changes: Any) -> Any:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": self.verifier,
        }
        wanted = {name: value for name, value in (asked | changes).items() if value is not None}
        return self.post("token", **wanted)

    def refresh(self, token: str) -> Any:
        return self.post("token", grant_type="refresh_token", refresh_token=token)

    def read(self, id_token: str) -> dict[str, Any]:
        """Check the signature by the published key, the audience, the issuer, and return the claims."""
        about = self.http.get("/.well-known/openid-configuration").json()
        keys = jwt.PyJWKSet.from_dict(self.http.get(urlsplit(about["jwks_uri"]).path).json())
        key = keys[jwt.get_unverified_header(id_token)["kid"]]
        claims: dict[str, Any] = jwt.decode(
            id_token, key, algorithms=["RS256"], audience=self.id, issuer=about["issuer"]
        )
        assert claims["nonce"] == self.nonce
        return claims

    def me(self, access: str) -> Any:
        return self.http.get("/identity/o/api/userinfo", HTTP_AUTHORIZATION=f"Bearer {access}")


@pytest.fixture
def market(get: Get, settings: Any) -> Relying:
    settings.DEMONSTRATION = True
    cache.clear()
    open_office()
    return Relying()


@pytest.fixture
def clerk(market: Relying) -> Client:
    browser = Client()
    assert browser.post("/signin/persona", {"persona": "s-clerk"}).status_code == 303
    return browser


@pytest.mark.slow
def test_the_whole_way(market: Relying, clerk: Client) -> None:
    tokens = market.redeem(market.code(clerk)).json()
    claims = market.read(tokens["id_token"])
    assert claims["staff"] == "s-clerk"
    assert claims["departments"] == ["market"]
    assert claims["duties"] == ["accept", "unmask"]
    me = market.me(tokens["access_token"])
    assert me.json()["sub"] == claims["sub"]
    account = Account.objects.get(staff="s-clerk")
    assert str(account.id) not in repr(claims)
    assert tokens["expires_in"] == 600
    fresh = market.refresh(tokens["refresh_token"]).json()
    assert fresh["refresh_token"] != tokens["refresh_token"]
    assert market.me(fresh["access_token"]).json()["sub"] == claims["sub"]
    assert Record.objects.filter(act="identity.signed_on").count() == 2
    about = market.http.get("/.well-known/openid-configuration").json()
    assert about["subject_types_supported"] == ["pairwise"]
    assert "device_authorization_endpoint" not in about


@pytest.mark.slow
def test_two_systems_know_one_person_by_two_names(market: Relying) -> None:
    fire = Relying("fire", scopes=["openid", "profile"])
    browser = Client()
    browser.post("/signin/persona", {"persona": "p002"})
    subs = set()
    for system in (market, fire):
        scope = "openid profile"
        claims = system.read(system.redeem(system.code(browser, scope=scope)).json()["id_token"])
        subs.add(claims["sub"])
        assert claims["kind"] == "person"
        assert not {"phone", "email", "number"} & set(claims)
    assert len(subs) == 2


def test_pkce_is_wanted_of_a_confidential_client_too(market: Relying, clerk: Client) -> None:
    for changes in (
        {"code_challenge": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"response_type": "id_token"},
        {"response_type": "token"},
    ):
        for method in ("get", "head"):
            refused = getattr(clerk, method)(market.ask(**changes))
            assert refused.status_code in (400, 405), changes
            assert "Location" not in refused
    code = market.code(clerk)
    for verifier in (None, "x" * 50):
        assert market.redeem(code, code_verifier=verifier).json()["error"] in (
            "invalid_request",
            "invalid_grant",
        )
    assert not Token.objects.exists()


def test_a_code_works_once_and_its_second_use_ends_what_the_first_gave(
    market: Relying, clerk: Client
) -> None:
    code = market.code(clerk)
    tokens = market.redeem(code).json()
    assert market.me(tokens["access_token"]).status_code == 200
    again = market.redeem(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert market.me(tokens["access_token"]).status_code == 401
    assert market.refresh(tokens["refresh_token"]).status_code == 400


@pytest.mark.slow
def test_a_refresh_token_that_comes_back_ends_the_whole_family(market: Relying, clerk: Client) -> None:
    first = market.redeem(market.code(clerk)).json()
    other = market.redeem(market.code(clerk)).json()
    second = market.refresh(first["refresh_token"]).json()
    third = market.refresh(second["refresh_token"]).json()
    stolen = market.refresh(first["refresh_token"])
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    for tokens in (first, second, third):
        assert market.me(tokens["access_token"]).status_code == 401
        assert market.refresh(tokens["refresh_token"]).status_code == 400
    assert market.me(other["access_token"]).status_code == 200, "another sign-on goes on"
    record = Record.objects.filter(act="identity.token_reuse").first()
    assert record
    assert record.detail["system"] == "market"
    assert not TokenGrant.objects.filter(refresh_hash=first["refresh_token"]).exists(), "digests only"


@pytest.mark.slow
def test_anothers_token_is_no_ones(market: Relying, clerk: Client) -> None:
    fire = Relying("fire")
    tokens = market.redeem(market.code(clerk)).json()
    assert fire.refresh(tokens["refresh_token"]).status_code in (400, 401)
    assert market.refresh(tokens["refresh_token"]).status_code == 200, (
        "a try of another does not harm its owner"
    )
    code = market.code(clerk)
    fire.verifier = market.verifier
    assert fire.redeem(code).status_code in (400, 401)
    market_secret, market.secret = market.secret, "wrong"
    assert market.redeem(code).status_code == 401
    market.secret = market_secret
    assert market.redeem(code).status_code == 200


def test_leaving_here_leaves_there(market: Relying, clerk: Client) -> None:
    tokens = market.redeem(market.code(clerk)).json()
    clerk.post("/signout")
    assert market.me(tokens["access_token"]).status_code == 401
    assert market.refresh(tokens["refresh_token"]).status_code == 400


# allauth's form of this address has a URL field; Django 5.2 warns that its default will change.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The default scheme")
def test_leaving_there_leaves_here(market: Relying, clerk: Client) -> None:
    tokens = market.redeem(market.code(clerk)).json()
    asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": GOODBYE, "state": "s"}
    left = clerk.get(f"/identity/o/logout?{urlencode(asked)}")
    assert (left.status_code, left["Location"]) == (302, f"{GOODBYE}?state=s")
    assert clerk.get("/account/security").status_code == 303
    assert market.me(tokens["access_token"]).status_code == 401
    elsewhere = asked | {"post_logout_redirect_uri": "https://evil.example/"}
    assert Client().get(f"/identity/o/logout?{urlencode(elsewhere)}").status_code == 400


def test_leaving_without_proof_is_asked_first(market: Relying, clerk: Client) -> None:
    asked = clerk.get("/identity/o/logout")
    assert asked.status_code == 200
    assert "要退出登录吗" in asked.content.decode()
    assert clerk.get("/account/security").status_code == 200


def test_who_is_not_signed_in_comes_back_to_the_same_sign_on(market: Relying) -> None:
    browser, address = Client(), market.ask()
    door = browser.get(address)
    assert door.status_code == 302
    assert door["Location"].startswith("/signin?next=")
    page = browser.get(door["Location"])
    assert "form-action 'self' https://market.example" in page["Content-Security-Policy"]
    back = parse_qs(urlsplit(door["Location"]).query)["next"][0]
    entered = browser.post("/signin/persona", {"persona": "p002", "next": back})
    assert entered["Location"].startswith("/identity/o/authorize?")
    assert browser.get(entered["Location"])["Location"].startswith(BACK)


def test_staff_without_a_second_factor_sign_on_nowhere(market: Relying) -> None:
    _, password = operations.open_staff_account(staff="s-reviewer", by=SYSTEM, at=clock.now())
    browser = Client()
    browser.post("/staff/signin", {"contact": "s-reviewer", "password": password})
    refused = browser.get(market.ask())
    assert refused.status_code == 303
    assert refused["Location"].startswith("/account/security")


def test_a_request_of_nobody_we_know_is_answered_here_and_sent_nowhere(
    market: Relying, clerk: Client
) -> None:
    for changes in (
        {"client_id": "nobody"},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": None},
    ):
        refused = clerk.get(market.ask(**changes))
        assert refused.status_code == 400, changes
        assert "Location" not in refused
    assert market.post("token", grant_type="password", username="x", password="y").status_code == 400
    assert market.http.get("/identity/o/api/token").status_code == 405
    assert market.http.post("/identity/o/api/device/code").status_code == 404


def test_systems_are_registered_with_whole_https_addresses(market: Relying) -> None:
    for address in ("http://market.example/", "https://*.example/", "https://market.example/#x", "market"):
        with pytest.raises(Invalid):
            Relying("bad", redirect_uris=[address])
    with pytest.raises(Invalid):
        Relying("bad", scopes=["openid", "everything"])
    assert not System.objects.filter(id="bad").exists()


def test_constraints_of_sign_on(market: Relying, clerk: Client) -> None:
    market.redeem(market.code(clerk))
    known, grant, key = PairwiseSubject.objects.get(), TokenGrant.objects.first(), SignOnKey.objects.get()
    with pytest.raises(IntegrityError, match="pairwise_subject_once"), transaction.atomic():
        PairwiseSubject.objects.create(sub="other", client=known.client, account_id=known.account_id)
    with pytest.raises(IntegrityError, match="token_grant_once"), transaction.atomic():
        TokenGrant.objects.create(
            family=grant.family,
            client="x",
            refresh_hash=grant.refresh_hash,
            access_hash="x",
            issued_at=clock.now(),
        )
    key.ends_at = key.made_at
    with pytest.raises(IntegrityError, match="sign_on_key_ends"), transaction.atomic():
        key.save()
    assert b"PRIVATE" not in bytes(key.sealed)
