"""The door of feeds: what a provider publishes, what a consumer pulls and downloads, and what is refused."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import os
import threading
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from tests.factories import exchange, feeds
from tests.factories.exchange import CONSUMER, PROVIDER, Caller
from tests.factories.feeds import FEED, change
from tests.factories.tampering import tamper
from tongban.channels.gateway.feeds import changes as door
from tongban.channels.gateway.feeds import files as door_of_files
from tongban.channels.gateway.feeds.application import feeds as layer
from tongban.channels.gateway.feeds.application import respond
from tongban.channels.gateway.feeds.requests import Given
from tongban.datahub.exchange import queries as exchange_queries
from tongban.datahub.exchange.errors import KeptLonger
from tongban.datahub.resources import models
from tongban.datahub.subscriptions import operations, queries
from tongban.datahub.subscriptions.models import CallRow
from tongban.datahub.subscriptions.types import FileState
from tongban.foundation.ledger import models as ledger_models
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ADDRESS = f"/feeds/{PROVIDER}/{FEED}"
CONTENT = os.urandom(3_000_000)
ETAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'


@pytest.fixture
def provider(db: None) -> Caller:
    feeds.make_feed()
    return exchange.make_caller(PROVIDER)


@pytest.fixture
def consumer(provider: Caller) -> Caller:
    feeds.grant()
    return exchange.make_caller(CONSUMER)


def ask(who: Caller, address: str, body: bytes = b"", **more: Any) -> Given:
    return respond(who.environ(address, body, **more))


def said(given: Given) -> Any:
    return json.loads(b"".join(given.body))


def header(given: Given, name: str) -> str | None:
    return dict(given.headers).get(name)


def lines(*numbers: int) -> bytes:
    made = [{"id": one.id, "kind": "created", "fields": dict(one.fields)} for one in map(change, numbers)]
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in made).encode()


def test_a_provider_publishes_and_a_consumer_pulls(provider: Caller, consumer: Caller) -> None:
    given = ask(provider, f"{ADDRESS}/changes", lines(1, 2, 3))
    assert (given.status, said(given)) == (200, {"taken": 3, "known": 0})
    feeds.place()
    given = ask(consumer, f"{ADDRESS}/changes?after=0&limit=2")
    assert header(given, "X-Tongban-Position") == "2"
    assert [one["data"]["name"] for one in said(given)] == ["甲1", "甲2"]
    assert "address" not in said(given)[0]["data"]
    given = ask(consumer, f"{ADDRESS}/changes?after=2&limit=2")
    assert ([one["id"] for one in said(given)], header(given, "X-Tongban-Position")) == (["3"], "3")
    acts = list(CallRow.objects.order_by("id").values_list("act", "client", "first", "last", "count"))
    assert acts == [
        ("publish", PROVIDER, 0, 0, 3),
        ("pull", CONSUMER, 1, 2, 2),
        ("pull", CONSUMER, 3, 3, 1),
    ]
    told = feeds.told_about(f"{1:018d}")
    assert [(one.consumer, one.fields) for one in told] == [(CONSUMER, ("number", "name"))]


@pytest.mark.law("feed-use-counted")
def test_what_is_fetched_counts_under_the_grants_day(provider: Caller, consumer: Caller) -> None:
    models.Grant.objects.filter(consumer=CONSUMER).update(per_day=2)
    feeds.publish(change(1), change(2))
    feeds.place()
    for after in (2, 0, 0):
        assert ask(consumer, f"{ADDRESS}/changes?after={after}").status == 200, (
            "who finds nothing has used nothing"
        )
    given = ask(consumer, f"{ADDRESS}/changes?after=0")
    assert (given.status, said(given)["code"]) == (403, "grant-used-up")
    acts = CallRow.objects.filter(client=CONSUMER).order_by("id").values_list("act", "count")
    assert list(acts) == [("pull", 0), ("pull", 2), ("pull", 2), ("pull_refused", 0)]
    (grant,) = models.Grant.objects.filter(consumer=CONSUMER)
    assert [one.calls for one in exchange_queries.usage(grant.id, since=clock.today())] == [2]


@pytest.mark.law("feed-use-counted")
def test_a_file_counts_too(provider: Caller, consumer: Caller) -> None:
    where = uploaded(provider)
    feeds.grant(feeds.FIELDS, per_day=1)
    assert b"".join(ask(consumer, where, headers={"range": "bytes=0-9"}).body) == CONTENT[:10]
    given = ask(consumer, where)
    assert (given.status, said(given)["code"]) == (403, "grant-used-up")


def test_the_same_request_is_of_use_once(provider: Caller, consumer: Caller) -> None:
    feeds.publish(change(1))
    environ = consumer.environ(f"{ADDRESS}/changes?after=0")
    assert respond(dict(environ)).status == 200
    again = respond(dict(environ))
    assert (again.status, said(again)["code"]) == (409, "replayed")
    body = lines(5)
    environ = provider.environ(f"{ADDRESS}/changes", body)
    assert respond(dict(environ)).status == 200
    assert respond(environ | {"wsgi.input": exchange.Body(body)}).status == 409


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"nonce": "x"}, 401, "signature-parameter"),
        ({"created": 1000}, 401, "signature-too-old"),
        ({"headers": {"x-road-client": None}}, 400, "header-missing"),
        ({"headers": {"x-road-client": PROVIDER}}, 401, "not-the-client"),
    ],
)
def test_who_is_not_who_they_say(consumer: Caller, changes: dict[str, Any], status: int, code: str) -> None:
    given = ask(consumer, f"{ADDRESS}/changes", **changes)
    assert (given.status, said(given)["code"]) == (status, code)
    assert header(given, "Content-Type") == "application/problem+json; charset=utf-8"


def test_a_revoked_key_opens_nothing(consumer: Caller) -> None:
    from tongban.datahub.exchange import operations as exchange_operations

    assert ask(consumer, f"{ADDRESS}/changes").status == 200
    exchange_operations.revoke_key(key=consumer.key, reason="lost", by=exchange.OFFICER, at=clock.now())
    assert said(ask(consumer, f"{ADDRESS}/changes"))["code"] == "key-revoked"


def test_without_a_grant_nothing_is_pulled(provider: Caller) -> None:
    stranger = exchange.make_caller("SH/GOV/other/desk")
    given = ask(stranger, f"{ADDRESS}/changes")
    assert (given.status, said(given)["code"]) == (403, "no-grant")


@pytest.mark.law("feed-refusal-recorded")
@pytest.mark.parametrize(
    ("path", "act", "why"),
    [
        ("changes?after=0", "pull", "no-grant"),
        ("changes?after=0&wait=20", "pull", "no-grant"),
        ("files", "list", "no-grant"),
    ],
)
def test_what_is_refused_is_on_record(provider: Caller, path: str, act: str, why: str) -> None:
    stranger = exchange.make_caller("SH/GOV/other/desk")
    signed = stranger.environ(f"{ADDRESS}/{path}")
    assert respond(dict(signed)).status == 403
    assert list(CallRow.objects.values_list("act", "client", "grant", "count")) == [
        (f"{act}_refused", stranger.subsystem, None, 0)
    ]
    (record,) = ledger_models.Record.objects.filter(act=f"feed.{act}_refused")
    assert (record.detail["client"], record.detail["why"]) == (stranger.subsystem, why)
    assert respond(signed).status == 409, "the same request is of use once"


def test_only_the_provider_publishes(consumer: Caller) -> None:
    given = ask(consumer, f"{ADDRESS}/changes", lines(1))
    assert (given.status, said(given)["code"]) == (403, "not-the-provider")
    assert (
        said(ask(consumer, f"{ADDRESS}/files", json.dumps(announcement()).encode()))["code"]
        == "not-the-provider"
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "bad-change"),
        (b"[1]", "bad-change"),
        (b'{"id":"a","fields":{"number":"1"},"more":1}', "bad-change"),
        (b'{"id":"a","fields":{"number":""}}', "bad-change"),
        (b'{"id":"a","kind":"file","fields":{"number":"1"}}', "bad-change"),
        (b'{"id":"a","fields":{"number":"1","salary":"2"}}', "bad-change"),
        (b'{"id":"a","at":"2026-01-01","fields":{"number":"1"}}', "bad-change"),
        (b"\xff\xfe", "bad-change"),
    ],
)
def test_what_can_not_be_published(provider: Caller, body: bytes, code: str) -> None:
    given = ask(provider, f"{ADDRESS}/changes", body)
    assert (given.status, said(given)["code"]) == (422, code)
    assert feeds.place() == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/feeds/x", 404),
        ("GET", f"{ADDRESS}/nothing", 404),
        ("GET", f"{ADDRESS}/files/1", 404),
        ("GET", f"{ADDRESS}/changes/{uuid.UUID(int=1)}", 404),
        ("DELETE", f"{ADDRESS}/changes", 405),
        ("GET", f"{ADDRESS}/changes?after=-1", 422),
        ("GET", f"{ADDRESS}/changes?after=9", 422),
        ("GET", f"/feeds/{PROVIDER}/other/changes", 404),
    ],
)
def test_places_that_are_none(consumer: Caller, method: str, path: str, status: int) -> None:
    assert ask(consumer, path, method=method).status == status


def test_who_waits_is_answered_when_something_comes(consumer: Caller) -> None:
    feeds.publish(change(1))
    feeds.place()
    assert [one["id"] for one in said(ask(consumer, f"{ADDRESS}/changes?after=0&wait=20"))] == ["1"]


def test_too_many_who_wait_are_told_to_come_back(consumer: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "WAITING", threading.BoundedSemaphore(1))
    assert door.WAITING.acquire(blocking=False)
    given = ask(consumer, f"{ADDRESS}/changes?after=0&wait=20")
    assert (said(given), header(given, "Retry-After"), header(given, "X-Tongban-Position")) == ([], "1", "0")


def test_the_schema_is_for_everybody(provider: Caller) -> None:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"{ADDRESS}/schema",
        "HTTP_HOST": exchange.HOST,
        "wsgi.url_scheme": "http",
    }
    found = said(respond(environ))
    assert found["required"] == ["number"]
    assert found["properties"]["name"] == {"type": ["string", "null"], "title": "姓名"}


def announcement(content: bytes = CONTENT, **changes: Any) -> dict[str, Any]:
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return {"name": "全量.csv", "size": len(content), "sha-256": digest, "media": "text/csv"} | changes


def announce(provider: Caller, **changes: Any) -> Given:
    return ask(provider, f"{ADDRESS}/files", json.dumps(announcement(**changes)).encode())


def put(provider: Caller, where: str, first: int, data: bytes, size: int = len(CONTENT)) -> Given:
    span = f"bytes {first}-{first + len(data) - 1}/{size}"
    return ask(provider, where, data, method="PUT", headers={"content-range": span})


def uploaded(provider: Caller) -> str:
    where = header(announce(provider), "Location") or ""
    for first in range(0, len(CONTENT), 1_300_000):
        assert put(provider, where, first, CONTENT[first : first + 1_300_000]).status == 200
    outbox.deliver(at=clock.now())
    return where


def test_an_upload_goes_on_where_it_stopped(provider: Caller) -> None:
    where = header(announce(provider), "Location") or ""
    assert put(provider, where, 0, CONTENT[:1_000_000]).status == 200
    wrong = put(provider, where, 1_500_000, CONTENT[1_500_000:])
    assert (wrong.status, header(wrong, "Upload-Offset")) == (409, "1000000")
    again = announce(provider)
    assert (header(again, "Location"), header(again, "Upload-Offset")) == (where, "1000000")
    assert header(ask(provider, where, method="HEAD"), "Upload-Offset") == "1000000"
    assert put(provider, where, 0, CONTENT[:1_000_000]).status == 200  # told twice is told once
    assert said(put(provider, where, 1_000_000, CONTENT[1_000_000:]))["state"] == "checking"
    outbox.deliver(at=clock.now())
    assert queries.files(PROVIDER, FEED)[0].state is FileState.READY


@pytest.mark.parametrize(
    "span", ["bytes 0-9/1", "bytes 5-4/3000000", "bytes 0-8/3000000", "items 0-9/3000000", ""]
)
def test_a_part_is_as_it_says(provider: Caller, span: str) -> None:
    where = header(announce(provider), "Location") or ""
    given = ask(provider, where, CONTENT[:10], method="PUT", headers={"content-range": span or None})
    assert (given.status, said(given)["code"]) == (422, "bad-part")


@pytest.mark.parametrize(
    "changes",
    [{"name": "../x"}, {"name": ""}, {"name": "a\nb"}, {"size": 0}, {"size": "1"}, {"sha-256": "x"}, {"sha-256": "eA=="},
     {"media": "text"}, {"name": 1}],
)  # fmt: skip
def test_a_file_is_announced_as_it_has_to_be(provider: Caller, changes: dict[str, Any]) -> None:
    given = announce(provider, **changes)
    assert (given.status, said(given)["code"]) == (422, "bad-file")


def test_a_file_that_is_not_what_was_announced_is_erased(provider: Caller) -> None:
    where = header(announce(provider, content=b"another", size=len(CONTENT)), "Location") or ""
    put(provider, where, 0, CONTENT)
    outbox.deliver(at=clock.now())
    (file,) = queries.files(PROVIDER, FEED)
    assert file.state is FileState.BROKEN
    assert put(provider, where, 0, CONTENT).status == 404


@pytest.mark.law("feed-file-needs-all-fields")
def test_a_file_is_given_whole_or_not_at_all(provider: Caller, consumer: Caller) -> None:
    where = uploaded(provider)
    given = ask(consumer, where)
    assert (given.status, said(given)["code"]) == (403, "file-needs-all-fields")
    assert "address" in said(ask(consumer, where))["detail"]
    assert ask(consumer, where, method="HEAD").status == 403
    refused = CallRow.objects.filter(client=CONSUMER).order_by("id").values_list("act", flat=True)
    assert list(refused) == ["download_refused", "download_refused", "look_refused"]
    feeds.grant(feeds.FIELDS)
    given = ask(consumer, where)
    assert given.status == 200
    assert b"".join(given.body) == CONTENT
    assert header(given, "Repr-Digest") == f"sha-256=:{announcement()['sha-256']}:"
    listed = said(ask(consumer, f"{ADDRESS}/files"))["files"]
    assert [(one["name"], one["size"], one["state"]) for one in listed] == [
        ("全量.csv", len(CONTENT), "ready")
    ]


@pytest.mark.law("feed-refusal-recorded")
@pytest.mark.parametrize("asks", [{"if-none-match": ETAG}, {"range": f"bytes={len(CONTENT)}-"}])
def test_that_there_is_nothing_to_give_is_told_by_the_grant_and_on_record_too(
    provider: Caller, consumer: Caller, asks: dict[str, str]
) -> None:
    where = uploaded(provider)
    given = ask(consumer, where, headers=asks)
    assert (given.status, said(given)["code"]) == (403, "file-needs-all-fields")
    feeds.grant(feeds.FIELDS)
    signed = consumer.environ(where, headers=asks)
    assert respond(signed).status in (304, 416)
    assert respond(signed).status == 409, "a signature is for one call"
    acts = CallRow.objects.filter(client=CONSUMER).order_by("id").values_list("act", flat=True)
    assert list(acts) == ["look_refused", "look"]


def test_who_may_not_have_the_file_goes_on_behind_it(provider: Caller, consumer: Caller) -> None:
    feeds.publish(change(1))
    uploaded(provider)
    feeds.place()
    feeds.publish(change(2))
    feeds.place()
    told, position = [], "0"
    for _ in range(3):
        given = ask(consumer, f"{ADDRESS}/changes?after={position}&limit=1")
        told += [one["id"] for one in said(given)]
        position = header(given, "X-Tongban-Position") or ""
    assert (told, position) == (["1", "3"], "3")


def test_a_download_goes_on_where_it_stopped(provider: Caller, consumer: Caller) -> None:
    where = uploaded(provider)
    feeds.grant(feeds.FIELDS)
    etag = header(ask(consumer, where, method="HEAD"), "ETag")
    part = ask(consumer, where, headers={"range": "bytes=2000000-", "if-range": etag})
    assert (part.status, header(part, "Content-Range")) == (206, "bytes 2000000-2999999/3000000")
    assert b"".join(part.body) == CONTENT[2_000_000:]
    assert b"".join(ask(consumer, where, headers={"range": "bytes=-7"}).body) == CONTENT[-7:]
    other = ask(consumer, where, headers={"range": "bytes=0-1", "if-range": '"x"'})
    assert (other.status, b"".join(other.body)) == (200, CONTENT)
    beyond = ask(consumer, where, headers={"range": "bytes=3000000-"})
    assert (beyond.status, header(beyond, "Content-Range")) == (416, "bytes */3000000")
    assert ask(consumer, where, headers={"if-none-match": etag}).status == 304
    spans = CallRow.objects.filter(act="download").order_by("id").values_list("first", "last")
    assert list(spans) == [(2_000_000, 2_999_999), (2_999_993, 2_999_999), (0, 2_999_999)]


def test_downloads_leave_threads_for_others(
    provider: Caller, consumer: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = uploaded(provider)
    feeds.grant(feeds.FIELDS)
    monkeypatch.setattr(door_of_files, "SENDING", door_of_files.Sending(2))
    others = exchange.make_caller("SH/GOV/other/desk"), exchange.make_caller("SH/GOV/third/desk")
    for one in others:
        feeds.grant(feeds.FIELDS, consumer=one.subsystem)
    first = ask(consumer, where)
    assert said(ask(consumer, where))["code"] == "too-many-downloads", "one of the two places is for others"
    assert ask(others[0], where).status == 200
    assert said(ask(others[1], where))["code"] == "too-many-downloads"
    first.body.close()  # type: ignore[attr-defined]  # as a server does when the reader has gone
    assert ask(consumer, where).status == 200


def test_a_file_is_told_to_who_may_have_it(provider: Caller, consumer: Caller) -> None:
    uploaded(provider)
    feeds.place()
    assert said(ask(consumer, f"{ADDRESS}/changes?after=0")) == []
    feeds.grant(feeds.FIELDS)
    (event,) = said(ask(consumer, f"{ADDRESS}/changes?after=0"))
    assert (event["type"], event["data"]["name"]) == ("tongban.file.published", "全量.csv")
    given = ask(consumer, event["data"]["href"])
    assert hashlib.sha256(b"".join(given.body)).digest() == hashlib.sha256(CONTENT).digest()


def test_what_nobody_has_thought_of(consumer: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    for failure in (OperationalError("the database is away"), RuntimeError("nobody has thought of it")):
        monkeypatch.setattr(operations, "pull", lambda failure=failure, **_: (_ for _ in ()).throw(failure))
        given = ask(consumer, f"{ADDRESS}/changes")
        assert given.status == 503
        assert str(failure).encode() not in b"".join(given.body)


def test_what_is_no_feed_goes_on() -> None:
    def pages(environ: dict[str, Any], start: Any) -> list[bytes]:
        return [b"a page"]

    assert list(layer(pages)({"PATH_INFO": "/feed"}, lambda *_: None)) == [b"a page"]


def test_an_answer_is_signed_where_it_is_wanted(consumer: Caller) -> None:
    environ = consumer.environ(f"{ADDRESS}/changes")
    heard: list[Any] = []
    environ["HTTP_ACCEPT_SIGNATURE"] = 'sig=("@status" "content-digest");created'
    b"".join(layer(lambda *_: [])(environ, lambda status, headers: heard.extend([status, dict(headers)])))
    assert heard[0] == "200 OK"
    assert "Signature" in heard[1] and heard[1]["X-Tongban-Position"] == "0"


@pytest.mark.law("exchange-kept-three-years")
def test_what_was_signed_goes_by_law_after_three_years_and_nothing_else(
    provider: Caller, consumer: Caller
) -> None:
    for _ in range(3):
        assert ask(consumer, f"{ADDRESS}/changes?after=0").status == 200
    ids = list(CallRow.objects.order_by("id").values_list("id", flat=True))
    old = [str(id) for id in ids[:2]]
    tamper("UPDATE subscriptions_call SET at = at - interval '5 years' WHERE id = ANY(%s::uuid[])", old)
    tamper("UPDATE subscriptions_call SET signed_at = at WHERE id = ANY(%s::uuid[])", old)
    tamper("UPDATE ledger_record SET at = at - interval '5 years' WHERE subject_id = ANY(%s)", old)
    now = clock.now()
    said: dict[str, Any] = {"law": "个人信息保护法 47", "by": exchange.OFFICER, "at": now}
    before = now - dt.timedelta(days=4 * 365)
    assert operations.purge_feed_calls(before=before, kept=[ids[1]], **said) == 1
    assert operations.purge_feed_calls(before=before, kept=[ids[1]], **said) == 0
    rows = CallRow.objects.order_by("id").values_list("signed", "signature")
    assert [bool(signed) and bool(signature) for signed, signature in rows] == [False, True, True]
    assert queries.audit_feeds() == ()
    with pytest.raises(KeptLonger):
        operations.purge_feed_calls(before=now, **said)
    for wrong in ("signed = ''", "signed = '', signature = '', count = 7"):
        with pytest.raises(IntegrityError, match="subscriptions_append_only"), transaction.atomic():
            connection.cursor().execute("SET LOCAL tongban.purge = 'on'")
            connection.cursor().execute(f"UPDATE subscriptions_call SET {wrong}")
