"""A patient browser: cookies, forms with their token, and the same request again until it is answered."""

from __future__ import annotations

import http.client
import random
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PATIENCE = 120.0
"""Seconds after which a request is given up: nothing that is killed stays away that long."""


class GaveUp(Exception):
    """A request was not answered in all that time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, where it leads to, the page."""

    status: int
    location: str
    text: str


class Browser:
    """One person's browser on one address."""

    def __init__(self, address: str, chance: random.Random) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._chance = chance
        self._cookies: dict[str, str] = {}
        self._token = ""
        self._line: http.client.HTTPConnection | None = None
        self.retries = 0

    def sign_in(self, persona: str, door: str = "/signin") -> None:
        """Enter as somebody of the demonstration."""
        self._token = TOKEN.findall(self.ask("GET", door).text)[0]
        answer = self.post("/signin/persona", persona=persona)
        if answer.status != 303:
            raise GaveUp(f"no way in for {persona}, answer {answer.status}: {plain(answer.text)}")
        # Signing in changes the token; any page with a form tells the new one.
        self._token = TOKEN.findall(self.ask("GET", "/signout").text)[0]

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form until it is answered."""
        return self.ask("POST", path, self._form(fields))

    def post_unheard(self, path: str, **fields: str) -> None:
        """Send a form and hang up before the answer, as a phone in a tunnel does."""
        with suppress(OSError, http.client.HTTPException):
            line = http.client.HTTPConnection(self._host, self._port, timeout=5)
            line.request("POST", path, self._form(fields), self._head())
            time.sleep(self._chance.random() * 0.03)
            line.close()

    def ask(self, method: str, path: str, body: str = "") -> Answer:
        """Return the answer; a lost one, and a server that is just starting, are asked again."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(OSError, http.client.HTTPException):
                answer = self._once(method, path, body)
                if answer.status < 500:
                    return answer
            self._hang_up()
            self.retries += 1
            time.sleep(0.1 + self._chance.random() * 0.3)
        raise GaveUp(f"{method} {path}")

    def _once(self, method: str, path: str, body: str) -> Answer:
        if self._line is None:
            self._line = http.client.HTTPConnection(self._host, self._port, timeout=20)
        self._line.request(method, path, body or None, self._head())
        came = self._line.getresponse()
        text = came.read().decode("utf-8", "replace")
        for line in came.headers.get_all("Set-Cookie") or ():
            self._cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return Answer(came.status, came.headers.get("Location", ""), text)

    def _form(self, fields: dict[str, str]) -> str:
        return urlencode({"csrfmiddlewaretoken": self._token, **fields})

    def _head(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def plain(page: str) -> str:
    """Return the words of a page, for who has to find out why."""
    main = page.partition("<main")[2] or page
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))[:600]
