"""The demonstration's feed: the register of companies tells a change, and the social insurance centre's register follows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from http.client import HTTPConnection
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from tests.factories import catalogue, feeds
from tests.factories.shanghai import shanghai
from tongban.client.errors import NotGenuine
from tongban.client.keys import NodeKey
from tongban.datahub.exchange import operations as exchange
from tongban.datahub.resources import operations as resources
from tongban.datahub.resources import queries as resource_lists
from tongban.datahub.subscriptions import queries
from tongban.datahub.subscriptions.types import Kind, State
from tongban.demo.departments import insurance, records, registrar, rest
from tongban.foundation.government import operations as government
from tongban.foundation.identity.adapters.demonstration import population
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
ON = dt.date(2026, 11, 22)
FIRMS = tuple(population().firms.values())


@pytest.fixture
def employers(db: None, tmp_path: Path) -> insurance.Employers:
    key = exchange.node_key()
    keys = (NodeKey.of(key.algorithm, key.public),)
    return insurance.Employers(tmp_path / "employers.db", lambda: keys)


@pytest.fixture
def server(employers: insurance.Employers) -> Iterator[rest.Departments]:
    offered = {code: one for code, one in shanghai().resources.items() if records.asked_by(one)}
    made = rest.Departments(offered, population(), today=lambda: ON, employers=employers)
    with rest.answering(made):
        yield made


def ask(server: rest.Departments, path: str) -> list[dict[str, Any]]:
    connection = HTTPConnection(rest.HOST, server.server_address[1], timeout=20)
    try:
        connection.request("GET", path)
        rows: list[dict[str, Any]] = json.loads(connection.getresponse().read())["rows"]
        return rows
    finally:
        connection.close()


def listed() -> None:
    """Have the catalogue list the changes of companies, and the demand of the social insurance agencies for them."""
    city = shanghai()
    resource = city.resources[registrar.FEED]
    resources.load_data(
        systems=[city.systems[resource.system]], themes=[city.data_themes[resource.theme]], resources=[resource],
        demands=[city.demands[registrar.DEMAND]], by=SYSTEM, at=clock.now(),
    )  # fmt: skip
    government.load_government(
        departments=city.departments.values(), districts=[], posts=[], staff=[], by=SYSTEM, at=clock.now()
    )
    exchange.register_subsystem(code=registrar.PROVIDER, name="登记", by=SYSTEM, at=clock.now())


def published() -> None:
    """Publish the item that needs them: of an item that nobody knows the lists grant nothing at once."""
    city = shanghai()
    catalogue.publish(city.items[city.demands[registrar.DEMAND].item])


def test_a_change_of_a_company_reaches_the_register_of_employers(
    server: rest.Departments, settings: Any
) -> None:
    settings.WEBHOOK_NETWORKS = (ip_network("127.0.0.0/8"),)
    listed()
    published()
    address = server.address + insurance.PATH
    assert not registrar.keep_followed(address, by=SYSTEM, at=clock.now()), "nobody follows without a grant"
    assert registrar.keep_followed(address, by=SYSTEM, at=clock.now())
    told = [registrar.change(FIRMS, number, clock.today()) for number in range(1, 6)]
    with feeds.courier() as courier:
        for number in range(1, 6):
            assert registrar.publish_one(FIRMS, by=SYSTEM, at=clock.now()) == number
            feeds.place()
        feeds.work_until(courier, lambda: len(ask(server, insurance.PATH)) == 5)
        closed = next(one for one in told if one.fields["event"] == "注销")
        (employer,) = [
            row for row in ask(server, insurance.PATH) if row["credit-code"] == closed.fields["credit-code"]
        ]
        assert (employer["state"], employer["event"]) == ("已终止", "注销")
        service = f"/social-insurance-centre/social-insurance-unit?credit-code={closed.fields['credit-code']}"
        assert {row["state"] for row in ask(server, service)} <= {"已终止"}
    # It answers elsewhere after a restart: followed there from where it stood.
    assert registrar.keep_followed(f"http://127.0.0.1:9{insurance.PATH}", by=SYSTEM, at=clock.now())
    found = queries.subscriptions_of(insurance.CONSUMER)
    assert sorted(one.state.value for one in found) == sorted([State.ENDED.value, State.PROVING.value])
    assert next(one for one in found if one.state is State.PROVING).position == 5


def test_what_waits_for_its_owner_is_not_stated_again(db: None) -> None:
    listed()
    for _ in range(2):
        assert not registrar.keep_followed("http://127.0.0.1:9/x", by=SYSTEM, at=clock.now())
    assert resource_lists.requests(answered=False).total == 1


def test_the_same_change_told_twice_is_one_and_all_events_mean_something() -> None:
    assert registrar.change(FIRMS, 7, ON) == registrar.change(FIRMS, 7, ON)
    told = [registrar.change(FIRMS, number, ON) for number in range(20)]
    assert len({one.id for one in told}) == 20
    assert {str(one.fields["event"]) for one in told} <= set(insurance.STATES)
    assert {one.kind for one in told} == {Kind.CREATED, Kind.CHANGED}
    fields = shanghai().resources[registrar.FEED].field_codes
    assert all(set(one.fields) <= fields for one in told)


def test_nobody_but_the_node_is_believed(employers: insurance.Employers) -> None:
    body = json.dumps(
        [{"id": "1", "source": "/feeds/x", "type": "t", "subject": "s", "time": "", "data": {}}]
    ).encode()
    headers = [("content-type", "application/cloudevents-batch+json")]
    with pytest.raises(NotGenuine):
        employers.take("http://127.0.0.1/x", headers, body)
    with pytest.raises(NotGenuine):
        employers.welcome("http://127.0.0.1/x", [("WebHook-Request-Origin", "somebody.example")])
    assert employers.latest() == [] and employers.state_of(FIRMS[0].credit_code) == ""


def test_what_fails_is_tried_again_the_next_time(db: None, caplog: pytest.LogCaptureFixture) -> None:
    registrar.Registrar(FIRMS, "http://127.0.0.1:9/x", clock.now).work()
    assert "the feed of companies" in caplog.text, "there is no catalogue here"
