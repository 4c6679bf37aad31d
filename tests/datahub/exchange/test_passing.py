"""A department's own service is asked what was published of it, written anew; nothing else of a call reaches it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, NUMBER, Caller, make_grant, make_service
from tongban.datahub.exchange import queries
from tongban.datahub.exchange.providers import upstream
from tongban.datahub.exchange.types import Call, Service, ServiceKind

TARGET = "http://127.0.0.1:9/companies"
PLAIN: dict[str, Any] = {"parameters": ("code", "word"), "subject": "code"}
DESCRIBED: dict[str, Any] = {
    "parameters": ("code", "word", "id"), "subject": "code",
    "paths": ("GET /", "POST /", "GET /{id}", "DELETE /{id}"),
}  # fmt: skip
OTHER = "310101198506152346"


@pytest.fixture
def sent(db: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that the department's system was asked at."""
    found: list[str] = []

    def answer(service: Service, call: Call, address: str) -> tuple[int, bytes]:
        found.append(address)
        return 200, b"[]"

    monkeypatch.setattr(upstream, "_sent", answer)
    return found


@pytest.fixture
def caller(sent: list[str]) -> Caller:
    make_grant()
    return exchange.make_caller()


def publish(said: dict[str, Any]) -> None:
    make_service(kind=ServiceKind.UPSTREAM, target=TARGET, **said)


def told(caller: Caller, rest: str, body: bytes = b"", **changes: Any) -> str:
    answer = caller.call(f"{ADDRESS}{rest}", body, **changes)
    return str(json.loads(answer.body).get("code", answer.status))


@pytest.mark.parametrize(
    ("rest", "address"),
    [
        (f"?code={NUMBER}", f"?code={NUMBER}"),
        (f"?word=a+b%20c&code={NUMBER}", f"?word=a%20b%20c&code={NUMBER}"),
        (f"?code={NUMBER}&word=1;code={OTHER}", f"?code={NUMBER}&word=1%3Bcode%3D{OTHER}"),
        (f"/?code=%3{NUMBER[0]}{NUMBER[1:]}", f"/?code={NUMBER}"),
    ],
)
def test_parameters_are_written_anew(caller: Caller, sent: list[str], rest: str, address: str) -> None:
    publish(PLAIN)
    assert told(caller, rest) == "200"
    assert sent == [f"{TARGET}{address}"]


@pytest.mark.parametrize("said", [PLAIN, DESCRIBED], ids=["plain", "described"])
@pytest.mark.parametrize(
    "more",
    [f"&code[]={OTHER}", f"&Code={OTHER}", f"&a=1;code={OTHER}", f"&holder={OTHER}", f"&code={OTHER}", "&=1"],
)
def test_what_nobody_declared_is_not_passed_on(
    caller: Caller, sent: list[str], said: dict[str, Any], more: str
) -> None:
    publish(said)
    assert told(caller, f"?code={NUMBER}{more}") == "wrong-parameters"
    assert sent == []


def test_a_service_without_paths_is_asked_by_get_at_its_address(caller: Caller, sent: list[str]) -> None:
    publish(PLAIN)
    query = f"?code={NUMBER}"
    assert told(caller, query, f"code={OTHER}".encode()) == "wrong-method"
    assert told(caller, query, method="DELETE") == "wrong-method"
    assert told(caller, query, b"{}", method="GET") == "body-unwanted"
    assert told(caller, f"/{OTHER}{query}") == "wrong-parameters"
    assert told(caller, f"{query}&word=1&word=2") == "wrong-parameters"
    assert sent == []
    assert len(queries.exchanges_of(exchange.CONSUMER)) == 5, "that it was tried is on record"


def test_a_described_one_as_it_says(caller: Caller, sent: list[str]) -> None:
    publish(DESCRIBED)
    query = f"?code={NUMBER}"
    assert told(caller, f"/a;b{query}&word=1&word=2") == "200", "a list"
    assert told(caller, query, b"{}") == "200"
    assert sent == [f"{TARGET}/a%3Bb{query}&word=1&word=2", f"{TARGET}{query}"]
    assert told(caller, f"/a{query}&id=b") == "wrong-parameters", "it stands in the path"
    assert told(caller, f"/a{query}", b"{}", method="DELETE") == "body-unwanted"
    assert told(caller, f"/a{query}", b"{}") == "no-such-path"
    assert told(caller, f"/..{query}") == "wrong-parameters", "who asks like that errs, not the provider"
    assert len(sent) == 2
