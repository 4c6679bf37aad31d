"""What programs send to feeds that is no JSON, or not as it has to be: a sentence, never a failure of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction

from tests.channels.gateway.test_feeds import ADDRESS, ask, consumer, provider, said
from tests.factories import feeds, malformed
from tests.factories.exchange import Caller
from tongban.datahub.subscriptions.models import Pending

__all__ = ["consumer", "provider"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FIELDS = dict(feeds.change(1).fields)
CHANGE: dict[str, Any] = {"id": "1", "kind": "created", "at": "2026-11-22T10:00:00+08:00", "fields": FIELDS}
FILE = {
    "name": "a.csv",
    "size": 3,
    "sha-256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "media": "text/csv",
}


def code(who: Caller, where: str, body: bytes = b"", **more: Any) -> str:
    """Return the code of the refusal, nothing where there is none; what was done is undone."""
    with transaction.atomic():
        given = ask(who, where, body, **more)
        transaction.set_rollback(True)
    problem = said(given)
    assert given.status < 500, problem
    return str(problem["code"]) if given.status >= 400 else ""


@pytest.mark.parametrize(("what", "good"), [("changes", CHANGE), ("files", FILE)])
def test_every_place_of_what_is_published(provider: Caller, what: str, good: dict[str, Any]) -> None:
    where = f"{ADDRESS}/{what}"
    assert code(provider, where, json.dumps(good).encode()) == ""
    wrong = [code(provider, where, json.dumps(one).encode()) for _, one in malformed.everywhere(good)]
    assert wrong.count("") < len(wrong) / 2  # what may be left out, or another text for a name
    for name, body in malformed.BODIES.items():
        assert code(provider, where, body) or name in ("nothing", "list"), name


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", '["x", -1e999]', '"\\ud800"', "9" * 5000])
def test_what_json_can_not_say_is_not_published(provider: Caller, value: str) -> None:
    body = json.dumps(CHANGE | {"fields": FIELDS | {"name": "<>"}}).replace('"<>"', value).encode()
    assert code(provider, f"{ADDRESS}/changes", body) == "bad-change"
    assert not Pending.objects.exists()


@pytest.mark.parametrize("place", [CHANGE, FIELDS])
def test_half_a_sign_is_named_as_far_as_it_can_be(provider: Caller, place: dict[str, Any]) -> None:
    wrong = {"\ud800": 1} | place
    body = json.dumps(CHANGE | {"fields": wrong} if place is FIELDS else wrong).encode()
    given = ask(provider, f"{ADDRESS}/changes", body)
    assert (given.status, said(given)["code"]) == (422, "bad-change")
    assert "“?”" in said(given)["detail"]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("after=-1", "bad-parameter"), ("after=x", "bad-parameter"), ("after=%ff", "bad-parameter"),
        ("limit=1e3", "bad-parameter"), ("wait=" + "9" * 5000, "bad-parameter"), ("&".join(["after=1"] * 11), "too-many-parameters"),
        ("after=0", ""), ("limit=" + "9" * 18, ""), ("limit=0", ""),
    ],
)  # fmt: skip
def test_how_much_is_pulled(consumer: Caller, query: str, wrong: str) -> None:
    assert code(consumer, f"{ADDRESS}/changes?{query}", method="GET") == wrong


@pytest.mark.parametrize("body", malformed.BODIES.values(), ids=malformed.BODIES)
def test_what_is_no_object_is_told_so(provider: Caller, body: bytes) -> None:
    assert code(provider, f"{ADDRESS}/files", body or b" ") in ("no-json", "bad-file")
