"""A crawler that follows every link and fills every form with rubbish, as everybody: never a failure of ours."""

from __future__ import annotations

import io
import random
import re
import uuid
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from tests.architecture.test_routes import routes
from tests.channels.openapi.software import enter
from tests.channels.reading import Form, Page
from tests.factories import approvals as offices
from tests.factories.cases import start
from tests.services.licences import restaurants
from tongban.channels.openapi import guard
from tongban.channels.openapi.limits import RateLimit
from tongban.channels.ui import frame, revision
from tongban.foundation.government.types import May, Post, StaffMember
from tongban.foundation.identity import operations as identity
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM, Subject

SEED = 20260302
OFFICERS = {"s-system": May.SYSTEM_OFFICER, "s-security": May.SECURITY_OFFICER, "s-audit": May.AUDIT_OFFICER}
PEOPLE = ("", "window-1", "market-1", "market-9", "supervisor-1", *OFFICERS, "p001", "p002")
"""Anonymous, window, reviewer, head, supervisor, the three officers, a citizen, a company's representative."""
DOORS = ("/", "/en", "/items", "/bundles", "/search?q=a", "/departments", "/verify", "/progress", "/signin", "/staff/signin",
         "/account", "/account/mandates", "/account/security", "/inbox", "/cases", "/apply/item/alone", "/apply/bundle/restaurant",
         "/desk", "/desk/absence", "/desk/keys", "/desk/supervision", "/desk/system", "/desk/security", "/desk/audit",
         "/licences", "/api/v1/docs")  # fmt: skip
SEEN_OF_A_ROUTE, FILLED_OF_A_FORM = 1, 4
LEAVES = ("/signout", "/signin/persona")
"""Here one would become nobody, or somebody else."""
FAR = "99999999-9999-4999-8999-999999999999"
RUBBISH: tuple[str, ...] = (
    "", " ", "0", "-1", "1e999", "9" * 400, "x" * 5000, "\x00", "a\x00b", "\ud83d\ude00" * 50, "\u202e\u200f\ufeff", "²",
    "٣", "true", "null", "NaN", "[]", "{}", "../../etc/passwd", "<script>alert(1)</script>", "' OR 1=1 --", "%00", "%s%n",
    "{0.__class__}", "{{7*7}}", FAR, "person:" + FAR, "company:x", "2026-02-30", "0000-00-00", "9999-12-31", "🏮" * 300,
    "13800138000", "张三", "\r\nSet-Cookie: a=b", "page=1&page=2", "//evil.example", "http://[", "\ud800",
)  # fmt: skip
FILES = {
    "empty.pdf": b"", "nul\x00.pdf": b"%PDF-1.7\n", "../up.png": b"\x89PNG\r\n\x1a\n" + b"\x00" * 30,
    "polyglot.pdf": b"GIF89a%PDF-1.4 PK\x03\x04", "x" * 400 + ".exe": b"MZ" + bytes(100), "🏮.jpg": b"\xff\xd8\xff\xe0" + b"x" * 50,
}  # fmt: skip


@pytest.fixture
def city(db: None, anything_is_typed: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Open a small city in which something of everything is going on; return addresses within it."""
    settings.DEMONSTRATION, settings.ACCOUNT_RATE_LIMITS = True, {}
    monkeypatch.setattr(guard, "RATE", RateLimit(1_000_000))
    posts = [
        Post(code=code, name=code, english=code, department="hall", may=(may,))
        for code, may in OFFICERS.items()
    ]
    staff = [StaffMember(code=code, name=f"{code}（演示）", posts=(code,)) for code in OFFICERS]
    monkeypatch.setattr(offices, "POSTS", (*offices.POSTS, *posts))
    monkeypatch.setattr(offices, "STAFF", (*offices.STAFF, *staff))
    offices.load_city_of_approvals()
    restaurants.give_licences()
    identity.seat_officers(by=SYSTEM, at=clock.now())
    revision.forget()
    frame._frame.cache_clear()
    cast = offices.settle_cast()
    done = offices.accepted(cast, "alone", at=offices.MONDAY)
    offices.opinion(offices.branch(done, at=restaurants.WEEKDAY), at=restaurants.WEEKDAY)
    restaurants.decide(done, "alone", restaurants.WEEKDAY)
    open_case = offices.accepted(cast, "restaurant", at=offices.MONDAY)
    while outbox.deliver(at=clock.now()):
        pass
    of_company = start(cast, Subject("item", "alone"), applicant=cast.company, by=cast.representative)
    drafts = [start(cast, offices.RESTAURANT_SUBJECT), of_company]
    return [
        *DOORS, *(f"/apply/{one}" for one in drafts), *(f"/cases/{one}" for one in (done, open_case)),
        *(f"/desk/cases/{one}" for one in (done, open_case)),
    ]  # fmt: skip


class Crawler:
    """Walks the pages as one person, and writes down whatever fails."""

    def __init__(self, persona: str, chance: random.Random) -> None:
        self.persona, self.chance = persona, chance
        self.client = self.entered()
        self.failures: list[str] = []
        self.seen: Counter[str] = Counter()
        self.filled: Counter[tuple[str, ...]] = Counter()
        self.asked = 0

    def entered(self) -> Client:
        """Return a browser in which this person is signed in."""
        client = enter(self.persona) if self.persona else Client()
        client.raise_request_exception = False
        return client

    def walk(self, doors: list[str]) -> None:
        """Follow links from these addresses, breadth first, so far as each leads to a route seen seldom."""
        ahead = deque(doors)
        while ahead:
            address = ahead.popleft()
            route = route_of(address)
            if self.seen[route] >= SEEN_OF_A_ROUTE or not self.is_to_be_seen(address):
                continue
            self.seen[route] += 1
            page = self.get(address)
            if page is None:
                continue
            ahead.extend(inside(address, page.links))
            for form in page.forms:
                self.fill(address, form)
            self.ask_oddly(address)

    def is_to_be_seen(self, address: str) -> bool:
        """Say whether an address tells this person something: what is the same for all, one has seen for all."""
        return not address.startswith(LEAVES) and not (
            self.persona and access_of(address) in ("public", None)
        )

    def get(self, address: str) -> Page | None:
        """Open an address; where it leads is followed, once."""
        answer = self.send("get", address)
        if answer.status_code in (301, 302, 303) and answer["Location"].startswith("/"):
            answer = self.send("get", answer["Location"])
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            return None
        return Page(answer.content.decode())

    def fill(self, at: str, form: Form) -> None:
        """Send a form a few times, each time with other rubbish in some of its fields."""
        address = urljoin(at, form.action) if form.action else at
        shape = (route_of(address), *form.shape)
        if not address.startswith("/") or address.startswith(LEAVES) or self.filled[shape]:
            return
        self.filled[shape] += 1
        for _ in range(FILLED_OF_A_FORM):
            sent = self.rubbish(form)
            if form.method == "get":
                self.send(
                    "get", f"{address.partition('?')[0]}?{urlencode(sent, doseq=True, errors='replace')}"
                )
            else:
                self.send("post", address, {**sent, **self.odd_files(form)})

    def rubbish(self, form: Form) -> dict[str, list[str]]:
        """Return values for a form: most as offered, some rubbish, some missing, some twice."""
        sent = {}
        for name, offered in form.fields.items():
            way = self.chance.random()
            if way < 0.45:
                sent[name] = [self.chance.choice(offered)]
            elif way < 0.9:
                sent[name] = [self.chance.choice(RUBBISH)]
            elif way < 0.95:
                sent[name] = self.chance.choices(RUBBISH, k=2)
        return {name: [sendable(one) for one in values] for name, values in sent.items()}

    def odd_files(self, form: Form) -> dict[str, io.BytesIO]:
        """Return odd files for the fields that take one."""
        found = {}
        for name in form.files:
            called, data = self.chance.choice(list(FILES.items()))
            found[name] = io.BytesIO(data)
            found[name].name = called
        return found

    def ask_oddly(self, address: str) -> None:
        """Ask an address with rubbish in its query and by a method that it does not have."""
        path, _, query = address.partition("?")
        names = [name for name, _ in parse_qsl(query, keep_blank_values=True)] or [
            "page",
            "q",
            "of",
            "view",
            "n",
        ]
        values = {name: sendable(self.chance.choice(RUBBISH)) for name in names}
        self.send("get", f"{path}?{urlencode(values, errors='replace')}")
        self.send(self.chance.choice(("put", "delete", "patch", "head")), path)

    def send(self, method: str, address: str, data: Any = None) -> Any:
        """Send a request and write down a failure of ours."""
        self.asked += 1
        answer = getattr(self.client, method)(address, **({"data": data} if data is not None else {}))
        if answer.status_code >= 500:
            sent = {name: str(value)[:60] for name, value in (data or {}).items()}
            self.failures.append(
                f"{self.persona or 'anonymous'}: {method} {address[:200]} {sent} → {answer.status_code}"
            )
        if self.persona and "sessionid" not in self.client.cookies:
            self.client = self.entered()
        return answer


def sendable(text: str) -> str:
    """Return a text as a browser would send it: what is no character is replaced."""
    return text.encode("utf-8", errors="replace").decode()


def route_of(address: str) -> str:
    """Return the route that an address belongs to."""
    path = urlsplit(address).path.removeprefix("/en") or "/"
    try:
        return resolve(path).route + ("?" if "?" in address else "")
    except Resolver404:
        return "nowhere"


def access_of(address: str) -> object:
    """Return who may call an address, as its view says."""
    try:
        return getattr(resolve(urlsplit(address).path.removeprefix("/en") or "/").func, "access", None)
    except Resolver404:
        return None


def inside(at: str, links: list[str]) -> Iterator[str]:
    """Yield the links that stay within the site."""
    for link in links:
        address = urljoin(at, link).partition("#")[0]
        if address.startswith("/") and not address.startswith("//"):
            yield address


@pytest.mark.slow
def test_no_page_fails_whoever_asks_whatever(city: list[str]) -> None:
    failures = []
    for persona in PEOPLE:
        crawler = Crawler(persona, random.Random(SEED))
        crawler.walk(city)
        failures += crawler.failures
        assert crawler.asked > 40, f"{persona} came nowhere"
    assert not failures, "\n".join(failures)


@pytest.mark.slow
def test_no_address_fails_whatever_stands_in_it(city: list[str]) -> None:
    """Every route with foreign, huge and broken ids in its places, by each method that pages have."""
    chance = random.Random(SEED)
    places = ("0", "9" * 30, FAR, str(uuid.UUID(int=0)), "x" * 300, "%00", "🏮", "a b", "-", "..", "revoke")
    failures = []
    for persona in ("p001", "market-1"):
        client = Crawler(persona, chance).client
        for route in sorted({address for address, _ in routes() if "<" in address}):
            for place in (FAR, *chance.sample(places, 2)):
                address = "/" + re.sub(r"<[^>]+>", place, route)
                for method in ("get", "post"):
                    answer = getattr(client, method)(address)
                    if answer.status_code >= 500:
                        failures.append(f"{persona}: {method} {address} → {answer.status_code}")
    assert not failures, "\n".join(failures)
