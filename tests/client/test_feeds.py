"""Feeds by the client: pulled from any point, downloaded whole, and nothing taken that the node has not said."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.factories import exchange, feeds
from tests.factories.exchange import CONSUMER, HOST, PROVIDER
from tests.fakes.wire import Wire, with_body, with_header
from tongban.client import Client, Feed, FeedFailed, NodeKey, NotGenuine, SigningKey, Unreachable
from tongban.client.feeds import File
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.types import Answer
from tongban.datahub.subscriptions.models import CallRow
from tongban.foundation.http_signatures import operations as signatures
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock

TRIAL = CONSUMER.replace("SH/", "SH-TEST/")
CONTENT = os.urandom(300_000)
Make = Callable[..., tuple[Client, Wire]]


@pytest.fixture
def make(db: None) -> Make:
    feeds.make_feed()
    feeds.grant()

    def client(subsystem: str = CONSUMER, **changes: Any) -> tuple[Client, Wire]:
        caller = exchange.make_caller(subsystem)
        said = {"wait": lambda seconds: None} | changes
        made, wire = Client(f"http://{HOST}", subsystem, SigningKey.of(caller.private), **said), Wire()
        made.sender.session.mount("http://", wire)
        return made, wire

    return client


@pytest.fixture
def feed(make: Make) -> tuple[Feed, Wire]:
    feeds.publish(*map(feeds.change, (1, 2, 3)))
    feeds.place()
    client, wire = make()
    return Feed(client, PROVIDER, feeds.FEED), wire


def test_changes_from_any_point(feed: tuple[Feed, Wire]) -> None:
    pulled = feed[0].pull(limit=2)
    assert [one.data["name"] for one in pulled.events] == ["甲1", "甲2"]
    assert (pulled.position, [one.position for one in pulled.events]) == (2, [1, 2])
    (last,) = feed[0].pull(pulled.position).events
    assert (last.key, last.type) == ((f"/feeds/{PROVIDER}/{feeds.FEED}", "3"), "tongban.row.changed")
    again = feed[0].pull(limit=2)
    assert [one.key for one in again.events] == [one.key for one in pulled.events], (
        "told again, the same keys"
    )
    assert feed[0].pull(3).events == ()


def test_changes_are_followed(feed: tuple[Feed, Wire]) -> None:
    waits: list[float] = []
    feed[0].client.wait = lambda seconds: waits.append(seconds) or (publish(4) if len(waits) == 1 else None)  # type: ignore[func-returns-value,assignment]
    followed = feed[0].follow(limit=2, wait=0)
    assert [[one.position for one in next(followed).events] for _ in range(3)] == [[1, 2], [3], [4]]
    assert waits == [1.0], "where nothing is new it waits"


@pytest.mark.parametrize("status", [502, 503, 504])
def test_changes_are_followed_while_the_node_is_away(feed: tuple[Feed, Wire], status: int) -> None:
    key = operations.node_key()
    feed[0].client.sender.node_key = NodeKey.of(key.algorithm, key.public)
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 8:
            feed[1].change = lambda answer: replace(answer, status=status, body=b"<html>", headers=())
        elif len(waits) == 10:
            feed[1].change = lambda answer: answer

    feed[0].client.wait = wait
    feed[1].failures = [requests.ConnectionError("refused")] * 8
    followed = feed[0].follow(wait=0)
    assert [one.position for one in next(followed).events] == [1, 2, 3]
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30, 30, 30]


def test_what_will_not_pass_ends_the_following(make: Make) -> None:
    client, _ = make("SH/GOV/other/desk")
    with pytest.raises(FeedFailed):
        next(Feed(client, PROVIDER, feeds.FEED).follow(wait=0))


def publish(number: int) -> None:
    feeds.publish(feeds.change(number))
    feeds.place()


def test_what_the_node_refuses(make: Make) -> None:
    client, _ = make("SH/GOV/other/desk")
    with pytest.raises(FeedFailed) as refused:
        Feed(client, PROVIDER, feeds.FEED).pull()
    assert refused.value.status in (401, 403, 404)
    with pytest.raises(FeedFailed, match="404"):
        Feed(client, PROVIDER, "gone").files()


@pytest.mark.parametrize(
    "change", [with_body(b"[]"), with_header("content-digest", None), with_header("x-tongban-position", None)]
)
def test_changes_that_were_changed_are_not_taken(feed: tuple[Feed, Wire], change: Any) -> None:
    feed[1].change = change
    with pytest.raises(NotGenuine):
        feed[0].pull()


def test_changes_are_signed_where_that_is_wanted(feed: tuple[Feed, Wire]) -> None:
    key = operations.node_key()
    feed[0].client.sender.node_key = NodeKey.of(key.algorithm, key.public)
    assert len(feed[0].pull().events) == 3
    feed[1].change = with_header("signature", None)
    with pytest.raises(NotGenuine, match="signature"):
        feed[0].pull()


# Files


@pytest.fixture
def file(make: Make, feed: tuple[Feed, Wire]) -> File:
    """A file that its provider has uploaded."""
    feeds.grant(feeds.FIELDS, material="file")
    client, _ = make(PROVIDER)
    sender = client.sender
    from base64 import b64encode
    from json import dumps, loads

    from tongban.client.sending import Wanted

    digest = b64encode(hashlib.sha256(CONTENT).digest()).decode()
    announced = dumps({"name": "名单.csv", "size": len(CONTENT), "sha-256": digest, "media": "text/csv"})
    address = f"/feeds/{PROVIDER}/{feeds.FEED}/files"
    made = sender.send(sender.make(Wanted("POST", address, body=announced.encode())))
    assert made.status == 201, made.body
    where = f"{address}/{loads(made.body)['id']}"
    span = {"content-range": f"bytes 0-{len(CONTENT) - 1}/{len(CONTENT)}"}
    assert sender.send(sender.make(Wanted("PUT", where, body=CONTENT, headers=span))).status == 200
    while outbox.deliver(at=clock.now()):
        pass
    (found,) = feed[0].files()
    return found


def part_of(file: File, folder: Path) -> Path:
    return folder / f"list.csv.{file.sha256.hex()[:16]}.part"


def test_a_file_is_listed_and_downloaded(feed: tuple[Feed, Wire], file: File, tmp_path: Path) -> None:
    assert (file.name, file.media, file.size, file.is_ready) == ("名单.csv", "text/csv", len(CONTENT), True)
    to = tmp_path / "list.csv"
    assert feed[0].download(file, to).read_bytes() == CONTENT
    assert [one.name for one in tmp_path.iterdir()] == ["list.csv"]


def test_a_download_goes_on_where_it_was(feed: tuple[Feed, Wire], file: File, tmp_path: Path) -> None:
    """A program that was ended, then a connection that was cut: what is there is not asked for again."""
    part_of(file, tmp_path).write_bytes(CONTENT[:1000])
    cuts = [2000]

    def cut(answer: Answer) -> Answer:
        return replace(answer, body=answer.body[: cuts.pop()]) if cuts else answer

    feed[1].change = cut
    assert feed[0].download(file, tmp_path / "list.csv").read_bytes() == CONTENT
    asked = [one.get("HTTP_RANGE") for one in feed[1].requests if "/files/" in one["PATH_INFO"]]
    assert asked == ["bytes=1000-", "bytes=3000-"]


def test_a_download_that_fails_again_and_again_keeps_what_it_has(
    feed: tuple[Feed, Wire], file: File, tmp_path: Path
) -> None:
    part_of(file, tmp_path).write_bytes(CONTENT[:1000])
    feed[1].failures = [requests.ConnectionError("cut")] * 3
    with pytest.raises(Unreachable):
        feed[0].download(file, tmp_path / "list.csv")
    assert part_of(file, tmp_path).read_bytes() == CONTENT[:1000]


def test_what_is_there_of_an_older_file_is_not_gone_on_with(
    feed: tuple[Feed, Wire], file: File, tmp_path: Path
) -> None:
    older = part_of(replace(file, sha256=bytes(32)), tmp_path)
    older.write_bytes(b"older")
    assert feed[0].download(file, tmp_path / "list.csv").read_bytes() == CONTENT
    assert older.read_bytes() == b"older"


@pytest.mark.parametrize(
    "part",
    [b"another file's beginning", CONTENT + b"x", bytes(len(CONTENT))],
    ids=["another file", "one more", "as long"],
)
def test_what_is_not_the_file_is_not_kept(
    feed: tuple[Feed, Wire], file: File, tmp_path: Path, part: bytes
) -> None:
    part_of(file, tmp_path).write_bytes(part)
    with pytest.raises(NotGenuine, match="digest"):
        feed[0].download(file, tmp_path / "list.csv")
    assert list(tmp_path.iterdir()) == []
    assert feed[0].download(file, tmp_path / "list.csv").read_bytes() == CONTENT, "and then from the start"


def test_content_that_does_not_end(feed: tuple[Feed, Wire], file: File, tmp_path: Path) -> None:
    feed[1].change = lambda answer: replace(answer, body=answer.body + b"more")
    with pytest.raises(NotGenuine, match="longer"):
        feed[0].download(file, tmp_path / "list.csv")


def test_a_file_that_is_not_there(feed: tuple[Feed, Wire], file: File, tmp_path: Path) -> None:
    with pytest.raises(FeedFailed) as refused:
        feed[0].download(replace(file, id="01a2023e-20e0-76f6-b7d3-7090207d5c24"), tmp_path / "list.csv")
    assert refused.value.status == 404


# The sandbox


def sandboxed(**changes: Any) -> tuple[Feed, Wire]:
    """A feed's twin, by a key that opens nothing else."""
    private, public = signatures.make_pair("ed25519")
    operations.register_trial_key(
        subsystem=TRIAL, algorithm="ed25519", public=public, by=exchange.OFFICER, at=clock.now()
    )
    client, wire = Client(f"http://{HOST}", TRIAL, SigningKey.of(private), **changes), Wire()
    client.sender.session.mount("http://", wire)
    return Feed(client, PROVIDER.replace("SH/", "SH-TEST/"), feeds.FEED), wire


def test_changes_are_tried_in_the_sandbox(make: Make) -> None:
    """Of each row three: it comes, it changes, it goes; the same each time, from any point."""
    twin, _ = sandboxed()
    first = twin.pull(limit=50)
    rest = twin.pull(first.position, limit=50)
    assert (len(first.events), first.position, len(rest.events), rest.position) == (50, 50, 11, 61)
    events = [*first.events, *rest.events]
    kinds = [one.type for one in events]
    assert (kinds[0], kinds[20], kinds[40]) == (
        "tongban.row.created",
        "tongban.row.changed",
        "tongban.row.removed",
    )
    assert events[0].subject == events[20].subject == events[40].subject
    assert (set(events[0].data), set(events[40].data)) == (set(feeds.FIELDS), {"number"})
    assert events[0].source == f"/feeds/SH-TEST/GOV/gaj/people/{feeds.FEED}"
    assert twin.pull(limit=50) == first
    assert events[60].type == "tongban.file.published"
    assert twin.pull(61).events == ()
    assert len(queries.trials_of(TRIAL)) == 4
    assert CallRow.objects.count() == 0, "and it is on no record of feeds"


@pytest.mark.slow
def test_a_file_of_the_sandbox_is_fetched_whatever_interrupts_it(make: Make, tmp_path: Path) -> None:
    twin, wire = sandboxed()
    (file,) = twin.files()
    to = tmp_path / file.name
    half = to.with_name(f"{file.name}.{file.sha256.hex()[:16]}.part")
    assert twin.download(file, to).stat().st_size == file.size
    half.write_bytes(to.read_bytes()[:100_000])
    to.unlink()
    twin.download(file, to)
    assert wire.requests[-1]["HTTP_RANGE"] == "bytes=100000-"
    assert hashlib.sha256(to.read_bytes()).digest() == file.sha256


@pytest.mark.slow
def test_an_address_is_tried(make: Make) -> None:
    twin, _ = sandboxed()
    with feeds.receiving() as receiver:
        found = twin.try_address(receiver.address, after=2, limit=2)
    assert (found["wanted"], found["taken"], receiver.ids) == (True, True, [3, 4])
    with pytest.raises(FeedFailed) as refused:
        twin.try_address("ftp://cases.example/")
    assert refused.value.code == "bad-webhook"


def test_the_sandbox_of_feeds_has_its_own_keys(make: Make) -> None:
    feeds.publish(feeds.change(1))
    feeds.place()
    twin, wire = sandboxed()
    real, _ = make()
    with pytest.raises(FeedFailed) as refused:
        Feed(real, "SH-TEST/GOV/gaj/people", feeds.FEED).pull()
    assert (refused.value.status, refused.value.code) == (401, "signature-key")
    with pytest.raises(FeedFailed) as refused:
        Feed(twin.client, PROVIDER, feeds.FEED).pull()
    assert (refused.value.status, refused.value.code) == (401, "signature-key")
    with pytest.raises(FeedFailed) as refused:
        Feed(twin.client, "SH-TEST/GOV/gaj/people", "gone").pull()
    assert refused.value.status == 404
    again = dict(
        next(one for one in wire.requests if "SH-TEST" in one["PATH_INFO"] and "gone" in one["PATH_INFO"])
    )
    assert b"replayed" in wire._answer(again).body
