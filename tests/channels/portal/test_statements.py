"""How much a signed-in page asks of the database: at most twenty statements, however far the case has come."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.channels.portal.test_apply import Enter, cast, enter, mine
from tests.factories.cases import (
    CLERK,
    RESTAURANT_SUBJECT,
    Cast,
    promise_photo,
    publish_item_with_photo,
    start,
    submit,
)
from tongban.channels.ui import revision
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock
from tongban.services.cases import operations
from tongban.services.cases.types import Demand, Refusal

__all__ = ["cast", "enter", "mine"]
MOST = 20
OWN = (
    "/", "/cases", "/inbox", "/progress", "/account", "/account/companies", "/account/children", "/account/mandates",
    "/account/mandates/new", "/account/security", "/apply/item/food-licence", "/apply/bundle/restaurant",
    "/items/food-licence", "/bundles/restaurant",
)  # fmt: skip
DRAFT = ("/form/1", "/materials", "/check", "/drop")
CASE = ("", "/receipt", "/receipt.pdf", "/withdraw")


def asked(client: Client, paths: list[str]) -> dict[str, int]:
    """Return how often each page asks once it is warm: what a process remembers is asked for once."""
    counts = {}
    for path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        counts[path] = len(seen)
    return counts


@pytest.mark.slow
def test_no_signed_in_page_asks_more_than_twenty_times(mine: Client, enter: Enter, cast: Cast) -> None:
    publish_item_with_photo()
    revision.forget()
    at = clock.now()
    draft = start(cast, RESTAURANT_SUBJECT, at=at)
    promise_photo(cast, draft, at.date() + dt.timedelta(days=9), at=at)
    paths = [*OWN, *(f"/apply/{draft}{path}" for path in DRAFT)]
    for case_id in in_many_states(cast, at):
        paths += [f"/cases/{case_id}{path}" for path in CASE]
    paths.append(f"/cases/{in_supplement(cast, at)}/supplement")
    outbox.deliver(at=at)
    people = {"p001": paths, "p002": list(OWN), "p003": list(OWN)}
    counts = {(who, path): n for who, of in people.items() for path, n in asked(enter(who), of).items()}
    assert max(counts.values()) <= MOST, {key: n for key, n in counts.items() if n > MOST}
    assert counts["p001", f"/apply/{draft}/check"] > 5  # who is signed in and what they read: it was counted


def in_many_states(cast: Cast, at: dt.datetime) -> list[uuid.UUID]:
    received, accepted, refused, closed, withdrawn = (
        submit(cast, RESTAURANT_SUBJECT, at=at).case_id for _ in range(5)
    )
    here = {"at": at, "by": CLERK}
    for case_id in (accepted, closed):
        operations.accept(case_id=case_id, **here)
    outbox.deliver(at=at)
    operations.refuse_acceptance(case_id=refused, refusal=Refusal.NOT_NEEDED, reason="不用", **here)
    operations.withdraw(case_id=withdrawn, by=cast.applicant, at=at)
    return [received, accepted, refused, closed, withdrawn]


def in_supplement(cast: Cast, at: dt.datetime) -> uuid.UUID:
    case_id = submit(cast, at=at).case_id
    demands = [
        Demand("布局图看不清", item="food-licence", material="layout"),
        Demand("补一份承诺", item="food-licence", material="health"),
        Demand("店名写错了", field="shop-name"),
    ]
    operations.give_notice(case_id=case_id, demands=demands, by=CLERK, at=at)
    return case_id


@pytest.mark.parametrize("act", ["save", "next", "sign"])
def test_no_act_of_filling_in_asks_beyond_reason(mine: Client, cast: Cast, act: str) -> None:
    """An act writes, too: the draft, its event, the ledger."""
    draft = start(cast, at=clock.now())
    base = f"/apply/{draft}"
    sent = {"shop-name": "面馆", "floor-area": "80", "go": "next"}
    mine.post(f"{base}/form/1", sent | {"shop-name": "店"})
    with CaptureQueriesContext(connection) as seen:
        if act == "save":
            mine.post(f"{base}/form/1/save", sent, headers={"HX-Request": "true"})
        elif act == "next":
            mine.post(f"{base}/form/1", sent)
        else:
            mine.post(f"{base}/materials/sign", {"paper": "food-licence--health", "agree": "1", "shown": "0"})
    assert 5 < len(seen) <= 40
