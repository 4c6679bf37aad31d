"""``tongban feed`` as a person types it: declared, published, subscribed, looked at, replayed, files handed in."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from tests.factories import feeds
from tests.factories.exchange import CONSUMER, PROVIDER
from tests.factories.feeds import FEED
from tongban.datahub.subscriptions import queries
from tongban.datahub.subscriptions.types import FileState, Kind, State
from tongban.foundation.outbox import operations as outbox
from tongban.kernel import clock
from tongban.runtime import boot
from tongban.runtime.cli import main

pytestmark = pytest.mark.django_db
TABLE = "@id,@kind,number,name,address\n1,created,310101199001010014,张三,“一,号”\n2,removed,310101198506152346,,\n"


@contextmanager
def already() -> Iterator[None]:
    yield


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(boot, "ready", already)
    monkeypatch.setenv("TONGBAN_LANGUAGE", "en")
    settings.WEBHOOK_NETWORKS = (ip_network("127.0.0.0/8"),)
    feeds.make_feed()


def tongban(*line: object) -> int:
    return main(["feed", *map(str, line)])


def test_changes_come_from_a_table_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "changes.csv"
    file.write_text(TABLE, "utf-8")
    assert tongban("publish", PROVIDER, FEED, file) == 0
    assert "2 changes published; 0 were published before" in capsys.readouterr().out
    assert tongban("publish", PROVIDER, FEED, file, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"taken": 0, "known": 2}
    feeds.place()
    assert queries.get_feed(PROVIDER, FEED).position == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", TABLE.replace("address", "wage").encode()),
        ("a.csv", TABLE.encode("gbk")),
        ("a.json", b'{"id":1}'),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    assert tongban("publish", PROVIDER, FEED, tmp_path / name) == 1
    assert capsys.readouterr().err
    assert tongban("publish", PROVIDER, FEED, tmp_path / "none.csv") == 1
    assert feeds.place() == 0


def test_a_line_without_an_id_is_known_by_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plain.csv"
    file.write_text("number,name\n1,a\n2,b\n", "utf-8")
    for taken in (2, 0):
        tongban("publish", PROVIDER, FEED, file, "--json")
        assert json.loads(capsys.readouterr().out)["taken"] == taken


def test_a_subscription_from_its_making_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    feeds.grant()
    feeds.publish(*(feeds.change(number, kind=Kind.CREATED) for number in range(1, 4)))
    feeds.place()
    assert tongban("subscribe", PROVIDER, FEED, CONSUMER, "http://127.0.0.1:9/hook", "--after", 1) == 0
    id = uuid.UUID(capsys.readouterr().out.strip())
    assert tongban("state", "--json") == 0
    (said,) = json.loads(capsys.readouterr().out)
    assert (said["id"], said["state"], said["position"], said["behind"]) == (str(id), "proving", 1, 2)
    for act, state in (("pause", State.PAUSED), ("resume", State.PROVING)):
        assert tongban(act, id) == 0
        assert queries.get_subscription(id).state is state
    assert tongban("replay", id) == 1
    assert tongban("replay", id, "--after", 0) == 0
    assert tongban("replay", id, "--since", "tomorrow") == 1
    assert tongban("replay", id, "--since", "2026-01-01T00:00") == 0
    assert queries.get_subscription(id).position == 0
    assert tongban("end", id, "--why", "not needed") == 0
    assert tongban("resume", id) == 1
    capsys.readouterr()
    assert tongban("state", id) == 0
    assert "ended" in capsys.readouterr().out


def test_a_file_is_handed_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "all.csv"
    file.write_bytes(b"x" * 9_000_000)
    for _ in range(2):
        assert tongban("upload", PROVIDER, FEED, file, "--media", "text/csv") == 0
    outbox.deliver(at=clock.now())
    assert [one.state for one in queries.files(PROVIDER, FEED)] == [FileState.READY]
    capsys.readouterr()
    assert tongban("files", PROVIDER, FEED, "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["size"] == 9_000_000
    assert tongban("files", PROVIDER, "none") == 1


def test_feeds_are_declared_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert tongban("declare", PROVIDER, feeds.RESOURCE, "--subject", "number") == 0
    assert tongban("declare", PROVIDER, "x", "--resource", feeds.RESOURCE, "--subject", "name") == 1
    assert tongban("declare", PROVIDER, "none") == 1
    capsys.readouterr()
    assert tongban("list", "--json") == 0
    assert [one["code"] for one in json.loads(capsys.readouterr().out)] == [feeds.RESOURCE, FEED]
    assert tongban("list") == 0
    assert "居民身份信息" in capsys.readouterr().out


def test_the_nodes_key_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert tongban("key") == 0
    assert capsys.readouterr().out.startswith("-----BEGIN PUBLIC KEY-----")
