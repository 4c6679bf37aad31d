"""The authority and the registers of a real city, over HTTPS with JSON; tests/fakes has one that answers alike.

``POST {url}/check {"name", "number"}`` → ``{"matches", "birth_on", "sex", "died_on"}``;
``POST {url}/person {"number"}`` and ``POST {url}/company {"credit_code"}`` → the record, or 404.
Numbers travel in the body, never in an address that a proxy writes down.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import requests

from tongban.foundation.identity.errors import AuthorityAway
from tongban.foundation.identity.types import RealName, RegisterCompany, RegisterPerson

log = logging.getLogger(__name__)
TIMEOUT = 5.0
TRIES = 2


class _Service:
    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url.rstrip("/"), key

    def ask(self, what: str, question: dict[str, str]) -> dict[str, Any] | None:
        """Return the answer, None for 404; raise AuthorityAway when there is none after a second try."""
        for _ in range(TRIES):
            try:
                answer = requests.post(
                    f"{self.url}/{what}",
                    json=question,
                    headers={"Authorization": f"Bearer {self.key}"},
                    timeout=TIMEOUT,
                    allow_redirects=False,
                )
                if answer.status_code == 404:
                    return None
                if answer.status_code == 200:
                    document = answer.json()
                    return document if isinstance(document, dict) else None
                log.warning("the authority answered %s with status %s", what, answer.status_code)
            except (requests.RequestException, ValueError) as error:
                log.warning("the authority did not answer %s: %s", what, type(error).__name__)
        raise AuthorityAway


class HttpAuthority(_Service):
    """实名核验 at an address."""

    name = "实名核验服务"

    def check(self, name: str, number: str) -> RealName:
        """Return whether the name belongs to the number; raise AuthorityAway."""
        found = self.ask("check", {"name": name, "number": number}) or {}
        return RealName(
            matches=found.get("matches") is True,
            birth_on=_day(found.get("birth_on")),
            sex=str(found.get("sex", "")),
            died_on=_day(found.get("died_on")),
            authority=self.name,
        )


class HttpRegisters(_Service):
    """人口库 and 法人库 at an address."""

    def person(self, number: str) -> RegisterPerson | None:
        """Return what the population register holds, None when it holds nothing; raise AuthorityAway."""
        found = self.ask("person", {"number": number})
        if found is None:
            return None
        return RegisterPerson(
            name=str(found["name"]),
            number=str(found["number"]),
            died_on=_day(found.get("died_on")),
            wards=tuple((str(one["name"]), str(one["number"])) for one in found.get("wards", ())),
            values=_values(found),
        )

    def company(self, credit_code: str) -> RegisterCompany | None:
        """Return what the register of legal entities holds, None when it holds nothing; raise AuthorityAway."""
        found = self.ask("company", {"credit_code": credit_code})
        if found is None:
            return None
        return RegisterCompany(
            name=str(found["name"]),
            credit_code=str(found["credit_code"]),
            representative_name=str(found["representative_name"]),
            representative_number=str(found["representative_number"]),
            address=str(found.get("address", "")),
            kind=str(found.get("kind", "")),
            district=str(found.get("district", "")),
            dissolved_on=_day(found.get("dissolved_on")),
            values=_values(found),
        )


def _values(found: dict[str, Any]) -> dict[str, tuple[str, str]]:
    values = found.get("values", {})
    return {str(name): (str(one["value"]), str(one["register"])) for name, one in values.items()}


def _day(text: object) -> dt.date | None:
    return dt.date.fromisoformat(text) if isinstance(text, str) and text else None
