"""A call counts at the node that it was signed for: whoever repeats it elsewhere, or signs for another, is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, HOST, Caller
from tongban.channels.gateway import authority
from tongban.channels.gateway.authority import checked, is_this_site
from tongban.channels.gateway.feeds import application as feeds
from tongban.datahub.exchange.errors import NotThisHost
from tongban.datahub.nodes import known, operations
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM

CALL = f"{ADDRESS}?number=310101199001010014"


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    """Forget which node this is."""
    known.forget()
    yield
    known.forget()


@pytest.fixture
def caller(db: None) -> Caller:
    exchange.make_service()
    exchange.make_grant()
    return exchange.make_caller()


@pytest.fixture
def city(settings: Any, db: None) -> None:
    """Have a city that is called services.city.example, by a proxy at another port than https has."""
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT, hosts=("services.city.example", ".exchange.city.example")
    )
    settings.SITE_ADDRESS = "https://services.city.example:8443"


@pytest.mark.law("exchange-signed-for-this-node")
@pytest.mark.parametrize(
    "host", ["evil.example", "test.city.example:8000", "127.0.0.1.evil.example", "", "a,b", "127.0.0.1, a"]
)
def test_what_was_signed_for_another_host_gets_nothing(caller: Caller, host: str) -> None:
    answer = caller.call(CALL, authority=host)
    said = json.loads(answer.body)
    assert (answer.status, said["type"], said["code"]) == (400, "Client.InvalidRequest", "not-this-host")
    assert caller.call(CALL, authority=HOST).status == 200


def test_a_request_without_a_host_gets_nothing(caller: Caller) -> None:
    environ = caller.environ(CALL, authority="")
    del environ["HTTP_HOST"]
    assert json.loads(caller.send(environ).body)["code"] == "not-this-host"


def test_feeds_are_held_to_the_same(caller: Caller) -> None:
    environ: dict[str, Any] = caller.environ(
        f"/feeds/{exchange.PROVIDER}/people/changes", authority="evil.example"
    )
    given = feeds.respond(environ)
    assert given.status == 400 and json.loads(b"".join(given.body))["code"] == "not-this-host"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "LOCALHOST:49152", "[::1]:8000"])
def test_this_machine_is_called_at_any_port(host: str) -> None:
    assert checked(host) == host


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("services.city.example", True),
        ("Services.City.Example:443", True),
        ("services.city.example:8443", True),
        ("pudong.exchange.city.example", True),
        ("services.city.example:9443", False),
        ("test.services.city.example", False),
        ("127.0.0.1:8000", False),
    ],
)
def test_a_city_goes_by_the_names_of_its_settings(host: str, is_ours: bool) -> None:
    assert is_this_site(host) is is_ours


@pytest.mark.usefixtures("city")
def test_a_node_goes_by_the_names_that_the_directory_has_of_it() -> None:
    with pytest.raises(NotThisHost):
        checked("10.0.0.5:8101")
    operations.become_city(
        name="市", address="https://10.0.0.5:8101", hosts=("inner.example:8000",), by=SYSTEM, at=clock.now()
    )
    known.forget()
    assert checked("10.0.0.5:8101") and checked("Inner.example:8000")
    with pytest.raises(NotThisHost):
        authority.checked("10.0.0.5:8102")
