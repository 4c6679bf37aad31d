"""The sandbox of feeds: events and files of nobody's data, and an address that is tried before anything real is told."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from tests.factories import feeds
from tests.factories.exchange import CONSUMER, OFFICER, PROVIDER, Caller
from tests.factories.feeds import FEED
from tongban.channels.gateway.feeds.application import respond
from tongban.channels.gateway.feeds.requests import Given
from tongban.client import NodeKey, webhooks
from tongban.datahub.exchange import operations, queries
from tongban.datahub.subscriptions import operations as feed_operations
from tongban.datahub.subscriptions.models import CallRow, DeliveryRow, SubscriptionRow
from tongban.datahub.subscriptions.sending import trying
from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.http_signatures.types import ED25519
from tongban.foundation.ledger import models as ledger
from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MINE = CONSUMER.replace("SH/", "SH-TEST/")
THEIRS = PROVIDER.replace("SH/", "SH-TEST/")
ADDRESS = f"/feeds/{THEIRS}/{FEED}"


@pytest.fixture
def caller(db: None) -> Caller:
    feeds.make_feed()
    private, public = signatures.make_pair(ED25519)
    key = operations.register_trial_key(
        subsystem=MINE, algorithm=ED25519, public=public, by=OFFICER, at=clock.now()
    )
    return Caller(MINE, key, private)


def ask(who: Caller, address: str, body: bytes = b"", **more: Any) -> Given:
    return respond(who.environ(address, body, **more))


def said(given: Given) -> Any:
    return json.loads(b"".join(given.body))


def tried(who: Caller, **wish: object) -> Any:
    given = ask(who, f"{ADDRESS}/tries", json.dumps(wish).encode())
    assert given.status == 200, said(given)
    return said(given)


def test_a_file_is_fetched_in_parts(caller: Caller) -> None:
    """As a real one: resumed where it stopped, and known by its digest; each part is another signed call."""
    (file,) = said(ask(caller, f"{ADDRESS}/files"))["files"]
    where = f"{ADDRESS}/files/{file['id']}"
    assert file["name"].startswith("TEST-")
    assert (file["state"], file["size"] > 100_000) == ("ready", True)
    first = ask(caller, where, headers={"range": "bytes=0-99999"})
    etag = dict(first.headers)["ETag"]
    rest = ask(caller, where, headers={"range": "bytes=100000-", "if-range": etag})
    assert (first.status, rest.status) == (206, 206)
    assert dict(rest.headers)["Content-Range"] == f"bytes 100000-{file['size'] - 1}/{file['size']}"
    whole = b"".join([*first.body, *rest.body])
    assert base64.b64encode(hashlib.sha256(whole).digest()).decode() == file["sha-256"]
    assert whole == b"".join(ask(caller, where).body)
    lines = whole.decode().splitlines()
    assert lines[0] == "line,number,name,address"
    assert "测试人员" in lines[1] and "测试住址" in lines[1], "nobody takes it for somebody's"
    assert ask(caller, where, headers={"range": f"bytes={file['size']}-"}).status == 416
    assert ask(caller, where, headers={"if-none-match": etag}).status == 304
    assert dict(ask(caller, where, method="HEAD").headers)["Content-Length"] == str(file["size"])
    assert ask(caller, where[:-4] + "0000").status == 404


def test_the_feed_tells_of_its_file_at_last(caller: Caller) -> None:
    (last,) = said(ask(caller, f"{ADDRESS}/changes?after=60"))
    (file,) = said(ask(caller, f"{ADDRESS}/files"))["files"]
    assert (last["type"], last["data"]["href"]) == ("tongban.file.published", f"{ADDRESS}/files/{file['id']}")
    assert said(ask(caller, f"{ADDRESS}/changes?after=61")) == []
    assert said(ask(caller, f"{ADDRESS}/schema"))["required"] == ["number"]


def test_an_address_is_asked_and_then_told(caller: Caller) -> None:
    with feeds.receiving() as receiver:
        found = tried(caller, address=receiver.address, after=3, limit=2)
    assert (found["wanted"], found["taken"], receiver.ids) == (True, True, [4, 5])
    (asked,), (got,) = receiver.asked, receiver.got
    assert got.headers["x-tongban-test"] == "yes"
    assert got.events[0]["source"] == ADDRESS
    assert got.body.decode() == found["told"]["body"]
    assert found["told"]["signature-base"].splitlines()[0] == '"@method": POST'
    assert found["asked"]["answer"] == {
        "status": 200, "seconds": found["asked"]["answer"]["seconds"], "problem": "", "webhook-allowed-origin": "*",
    }  # fmt: skip
    for request, shown in ((asked, found["asked"]), (got, found["told"])):
        assert request.headers["signature-input"] == shown["headers"]["signature-input"]
        assert shown["signature-base"].endswith(shown["headers"]["signature-input"].removeprefix("sig=")), (
            "what a receiver compares its own with"
        )


def test_what_is_told_verifies_by_the_key_of_the_sandbox_alone(caller: Caller) -> None:
    """So whoever names another department's address here has nothing taken for a change that is real."""
    with feeds.receiving() as receiver:
        found = tried(caller, address=receiver.address)
    (got,) = receiver.got
    test_key = NodeKey(feed_operations.test_key())
    parts = ("POST", receiver.address, got.headers, got.body)
    delivery = webhooks.verified(*parts, keys=[test_key])
    assert [one.position for one in delivery.events] == [1, 2, 3]
    assert found["key"]["id"] == test_key.key.id
    with pytest.raises(AssertionError, match="KeyUnknown"):
        try:
            feeds.verify(got, receiver.address)
        except Failure as why:
            raise AssertionError(type(why).__name__) from None


def test_again_from_any_point_it_is_the_same(caller: Caller) -> None:
    with feeds.receiving() as receiver:
        for after in (0, 2, 0):
            tried(caller, address=receiver.address, after=after)
        tried(caller, address=receiver.address, after=59, single=True)
    assert receiver.ids == [1, 2, 3, 3, 4, 5, 1, 2, 3, 60]
    assert receiver.got[0].body == receiver.got[2].body
    assert receiver.got[3].headers["content-type"].startswith("application/cloudevents+json")


def test_addresses_that_do_not_do(caller: Caller) -> None:
    with feeds.receiving(feeds.Receiver(wants="")) as receiver:
        found = tried(caller, address=receiver.address)
        assert (found["wanted"], found["told"], receiver.got) == (False, None, []), (
            "who has not agreed is not told"
        )
        refusal = found["asked"]["answer"]
    with feeds.receiving(feeds.Receiver(status=500)) as receiver:
        found = tried(caller, address=receiver.address)
        assert (found["wanted"], found["taken"], found["told"]["answer"]["status"]) == (True, False, 500)
    untold = {"status": 0, "seconds": 0.0, "problem": "untold", "webhook-allowed-origin": ""}
    assert tried(caller, address=receiver.address)["asked"]["answer"] == untold, (
        "nobody listens there any more"
    )
    assert refusal == untold, "whether anybody listens is not told"
    for wish, code in (
        ({"address": "http://10.1.2.3/"}, "bad-webhook"),
        ({"address": "ftp://example.com"}, "bad-webhook"),
        ({"address": 5}, "bad-try"),
        ({"address": receiver.address, "after": -1}, "bad-try"),
        ({"address": receiver.address, "limit": True}, "bad-try"),
    ):
        given = ask(caller, f"{ADDRESS}/tries", json.dumps(wish).encode())
        assert (given.status, said(given)["code"]) == (422 if code == "bad-webhook" else given.status, code)


def test_only_ports_that_the_operator_names_are_tried(caller: Caller, settings: Any) -> None:
    settings.WEBHOOK_PORTS = (range(443, 444), range(8000, 8100))
    with feeds.receiving() as receiver:
        given = ask(caller, f"{ADDRESS}/tries", json.dumps({"address": receiver.address}).encode())
        assert (given.status, said(given)["code"], receiver.asked) == (422, "bad-webhook", [])
    assert "443 8000-8099" in said(given)["detail"]


def test_few_at_once(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    monkeypatch.setattr(trying, "TRYING", threading.BoundedSemaphore(1))
    busy: list[int] = []
    with feeds.receiving() as other, feeds.receiving() as receiver:

        def meanwhile() -> None:
            assert not trying.TRYING.acquire(blocking=False), "one is under way"
            busy.append(1)

        receiver.before = meanwhile
        tried(caller, address=receiver.address)
        assert busy == [1]
        trying.TRYING.acquire()
        given = ask(caller, f"{ADDRESS}/tries", json.dumps({"address": other.address}).encode())
        assert (given.status, said(given)["code"], other.asked) == (503, "too-many-tries", [])
        trying.TRYING.release()


def test_it_leaves_no_trace_but_its_own(caller: Caller) -> None:
    entries = ledger.Record.objects.count()
    with feeds.receiving() as receiver:
        tried(caller, address=receiver.address)
        signed = caller.environ(f"{ADDRESS}/tries", json.dumps({"address": receiver.address}).encode())
        tampered = {**signed, "HTTP_X_ROAD_CLIENT": "SH-TEST/GOV/gaj/other"}
        assert respond(tampered).status == 401
        assert len(receiver.got) == 1
    assert [(one.service, one.status) for one in queries.trials_of(MINE)] == [(f"{THEIRS}/{FEED}", 200)]
    assert not any(one.objects.exists() for one in (CallRow, DeliveryRow, SubscriptionRow))
    assert ledger.Record.objects.count() == entries


def test_at_a_page_by_who_works_for_the_department(caller: Caller) -> None:
    wish = feed_operations.Wish("http://127.0.0.1:9/")
    where = {"provider": THEIRS, "feed": FEED, "wish": wish, "at": clock.now()}
    with feeds.receiving() as receiver:
        where["wish"] = feed_operations.Wish(receiver.address, limit=1)
        found = feed_operations.try_address_as(consumer=MINE, by=OFFICER, **where)  # type: ignore[arg-type]
        assert found.is_taken
        for consumer, by in ((MINE, Actor("staff", "stranger", "x")), (CONSUMER, OFFICER)):
            with pytest.raises(Failure):
                feed_operations.try_address_as(consumer=consumer, by=by, **where)  # type: ignore[arg-type]
        assert receiver.ids == [1]
    assert len(queries.trials_of(MINE)) == 1
