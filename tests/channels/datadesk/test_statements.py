"""How much a page of the desk of data asks of the database: at most twenty statements."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.channels.datadesk.conftest import AUTHORITY, OWNING, WANTING, AtDesk
from tests.factories.resources import MARKET, MORNING, OFFICE, wish
from tongban.datahub.resources import operations, queries

MOST = 20
PAGES = (
    "/data", "/data?view=stated", "/data?view=answered", "/data?view=all", "/data/demands", "/data/demands?stage=matched",
    "/data/demands/new", "/data/demands/new?item=food-licence&material=health",
    "/data/demands/new?item=food-licence&material=health&resource=health-checks&fields=is-fit&per_day=5",
    "/data/catalogue", "/data/catalogue?q=健康", "/data/resources/health-checks", "/data/resources/new",
    "/data/resources/health-checks/change", "/data/duties", "/data/duties/new?resource=health-checks",
    "/data/duties/office-health-checks", "/data/negatives", "/data/negatives/new?resource=health-checks",
    "/data/negatives/no-adoption", "/data/grants", "/data/grants?view=held", "/data/grants?view=ended", "/data/worth",
    "/data/worth/unused", "/data/worth/repeated", "/data/flows",
    "/data/flows?span=hour", "/data/flows/departments/office", "/data/contests", "/data/contests?view=answered", "/data/secrecy",
    "/data/worth/overdue", "/data/worth/themes", "/data/imports", "/data/keys",
    "/data/demands/export", "/data/resources/export", "/data/duties/export", "/data/negatives/export",
)  # fmt: skip
OF_SOME = {"/data/resources/health-checks/change", "/data/duties/office-health-checks",
           "/data/negatives/new?resource=health-checks", "/data/negatives/no-adoption"}  # fmt: skip
"""Who may send a form sees it, and nobody else (test_who_may.py): the refusal is a page, too."""


@pytest.fixture
def things(at_desk: AtDesk) -> list[str]:
    """Give the addresses of a request that waits, of an answered one and of its grant."""
    waits = operations.state_demand(wish=wish(), promised=True, by=MARKET, at=MORNING)
    more = wish("health-checks", "shop", material="hygiene")
    answered = operations.state_demand(wish=more, promised=True, by=MARKET, at=MORNING)
    grant: uuid.UUID = operations.grant_request(request_id=answered, by=OFFICE, at=MORNING)
    assert queries.get_grant(grant).fields == ("shop",)
    acts = [f"/data/requests/{waits}/{act}" for act in ("refuse", "withdraw", "extend", "grant")]
    return [f"/data/requests/{waits}", *acts, f"/data/requests/{answered}", f"/data/grants/{grant}"]


@pytest.mark.slow
@pytest.mark.parametrize("who", [WANTING, OWNING, AUTHORITY])
def test_no_page_asks_more_than_twenty_times(who: str, at_desk: AtDesk, things: list[str]) -> None:
    client, asked = at_desk(who), {}
    client.get("/data")
    for page in (*PAGES, *things):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(page)
        assert answer.status_code in ((200, 403) if page in OF_SOME else (200,)), page
        asked[page] = len(seen)
    assert max(asked.values()) <= MOST, {page: count for page, count in asked.items() if count > MOST}
    assert min(asked.values()) > 3
