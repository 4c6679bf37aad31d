"""A person's own software: signs on by the code flow with PKCE, holds a token, and speaks to the interface."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from PIL import Image

from tests.channels.portal.test_signon import Relying
from tests.channels.portal.test_systems import consent
from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import DATA_SCOPES
from tongban.kernel import clock
from tongban.kernel.types import Actor, Subject

Body = dict[str, Any]
VALUES: dict[str, Any] = {"number": 12, "date": "2026-12-01", "boolean": True, "phone": "13800138000"}


def enter(persona: str) -> Client:
    """Sign an invented person in, in a browser."""
    browser = Client()
    assert browser.post("/signin/persona", {"persona": persona}).status_code == 303
    return browser


def person_of(browser: Client) -> uuid.UUID:
    """Return who is signed in."""
    found = identity.account(uuid.UUID(browser.session["_auth_user_id"])).person
    assert found
    return found


def companies(browser: Client) -> list[Subject]:
    """Return the companies that the person speaks for."""
    options = identity.acting_options(person_of(browser), at=clock.now())
    return [one.party for one in options if one.via == "representative"]


class Software:
    """What speaks to the interface with a token."""

    def __init__(
        self,
        browser: Client,
        party: Subject | None = None,
        code: str = "shop-software",
        scopes: Sequence[str] = DATA_SCOPES,
    ) -> None:
        self.scopes = ["openid", *scopes]
        self.system = Relying(code, scopes=self.scopes)
        self.actor = Actor("person", str(person_of(browser)))
        self.party = party or Subject("person", self.actor.id)
        self.token = self.token_for(browser, self.party)
        self.http = Client(HTTP_HOST="localhost")

    def token_for(self, browser: Client, party: Subject) -> str:
        """Return an access token that the person gives for a party."""
        answer = consent(self.system, browser, f"{party.kind}:{party.id}", scope=" ".join(self.scopes))
        assert answer.status_code == 302, answer.content.decode()
        code = parse_qs(urlsplit(answer["Location"]).query)["code"][0]
        return str(self.system.redeem(code).json()["access_token"])

    def ask(
        self, method: str, path: str, body: Any = None, *, status: int | None = 200, **headers: str
    ) -> Any:
        """Ask for a path below /api/v1/my, expect a status, and return the answer (read, where it is JSON)."""
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = self.http.generic(method, f"/api/v1/my{path}", headers=self.headers(headers), **sent)
        return self.checked(answer, status)

    def headers(self, more: dict[str, str] | None = None) -> dict[str, str]:
        """Return the headers of a request; in Python a header's name has no hyphen."""
        named = {name.replace("_", "-"): value for name, value in (more or {}).items()}
        return {"Authorization": f"Bearer {self.token}"} | named

    def upload(self, path: str, data: bytes, kind: str, *, status: int | None = 200, **query: str) -> Any:
        """Send a file as the body itself."""
        address = f"/api/v1/my{path}" + "".join(f"?{name}={value}" for name, value in query.items())
        # The client in this process leaves these out when there is nothing to send; others do not.
        said = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(data))}
        answer = self.http.generic("POST", address, data, kind, headers=self.headers(), **said)
        return self.checked(answer, status)

    def form(self, path: str, *, status: int | None = 200, **fields: Any) -> Any:
        """Send a file as part of a form."""
        answer = self.http.post(f"/api/v1/my{path}", fields, headers=self.headers())
        return self.checked(answer, status)

    def checked(self, answer: Any, status: int | None) -> Any:
        """Return an answer after a look at its status."""
        assert status is None or answer.status_code == status, (answer.status_code, answer.content.decode())
        return (
            answer
            if status is None or not answer["Content-Type"].startswith("application/json")
            else answer.json()
        )

    def begin(self, service: str, key: str, **more: Any) -> str:
        """Begin a case for “bundle/CODE” or “item/CODE” and return its id."""
        kind, _, code = service.partition("/")
        body = {"service": {"kind": kind, "code": code}} | more
        return str(self.ask("POST", "/cases", body, status=201, Idempotency_Key=key)["id"])

    def fill_in(self, case: str) -> int:
        """Fill in whatever is still asked and return the version of the form."""
        form = self.ask("GET", f"/cases/{case}/form")
        open_ones = [one for one in form["fields"] if one["value"] is None and one["asked"] != "never"]
        values = {one["code"]: (one["choices"] or [VALUES.get(one["kind"], "演示")])[0] for one in open_ones}
        saved = self.ask("PATCH", f"/cases/{case}/form", {"values": values}, If_Match=f'"{form["version"]}"')
        return int(saved["version"])

    def bring_papers(self, case: str) -> None:
        """Sign what can be signed for, give a picture for the rest."""
        for one in self.ask("GET", f"/cases/{case}/materials"):
            at = f"/cases/{case}/materials/{one['item']}/{one['code']}"
            if one["state"] != "missing":
                continue
            if one["kind"] == "commitment":
                text = self.ask("GET", f"{at}/commitment")
                self.ask("POST", f"{at}/commitment", {"digest": text["digest"]})
            else:
                assert self.upload(f"{at}/file", picture(), "image/png", name="a.png")["state"] == "given"


def picture() -> bytes:
    """Return a small picture."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, "PNG")
    return made.getvalue()
