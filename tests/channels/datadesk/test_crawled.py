"""Every link of the desk of data followed and every form filled with rubbish: never a failure of ours."""

from __future__ import annotations

import random

import pytest

from tests.channels.datadesk.conftest import AUTHORITY, AtDesk
from tests.channels.test_crawler import SEED, Crawler
from tests.factories.resources import MARKET, MORNING, OFFICE, wish
from tongban.datahub.resources import operations

DOORS = ("/data", "/data/flows", "/data/flows/departments/office",
         "/data?view=stated", "/data?view=all", "/data/demands", "/data/demands/new", "/data/catalogue", "/data/duties",
         "/data/negatives", "/data/grants", "/data/worth", "/data/imports", "/data/resources/new", "/data/duties/new",
         "/data/negatives/new?resource=health-checks", "/data/resources/health-checks/change",
         "/data/demands/new?item=food-licence&material=health&resource=none",
         "/data/demands/new?item=food-licence&material=health&resource=health-checks&fields=is-fit")  # fmt: skip


@pytest.mark.usefixtures("anything_is_typed")
@pytest.mark.slow
@pytest.mark.parametrize("who", [AUTHORITY])
def test_rubbish_is_answered_kindly(who: str, at_desk: AtDesk) -> None:
    at_desk(who)
    waits = operations.state_demand(wish=wish(), promised=True, by=MARKET, at=MORNING)
    wanted = wish(None, fields=(), elements=("nobody-has-this",), asked="office")
    nowhere = operations.state_demand(wish=wanted, promised=True, by=MARKET, at=MORNING)
    more = wish("health-checks", "shop", material="hygiene")
    answered = operations.state_demand(wish=more, promised=True, by=MARKET, at=MORNING)
    grant = operations.grant_request(request_id=answered, by=OFFICE, at=MORNING)
    acts = [f"/data/requests/{one}/{act}" for one in (waits, nowhere) for act in ("refuse", "extend", "forward", "confirm")]  # fmt: skip
    crawler = Crawler(who, random.Random(SEED))

    crawler.walk(
        [*DOORS, f"/data/requests/{waits}", f"/data/requests/{nowhere}", f"/data/grants/{grant}", *acts]
    )

    assert not crawler.failures, "\n".join(crawler.failures)
    assert crawler.asked > 100
