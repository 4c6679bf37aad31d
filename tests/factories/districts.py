"""Districts' nodes beside the city's: what Pudong's says of whom, and who is silent; the wire itself is not there."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.factories.exchange import OFFICER
from tests.factories.readings import number_of
from tongban.datahub.exchange.operations import spreading
from tongban.datahub.nodes import known, models, wire
from tongban.datahub.nodes import operations as nodes
from tongban.datahub.nodes.operations import accounts, news, uses
from tongban.datahub.nodes.types import Node
from tongban.kernel.ids import new_id

THEIRS = "SH/GOV/pudong-archives/people"


@dataclass
class Districts:
    """Two districts' nodes as the wire has them: what Pudong says of whom, and who is silent."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    of: str = number_of("p001")
    """The number of whom Pudong has the rows on record."""
    asked: list[str] = field(default_factory=list)
    uses: list[tuple[Any, ...]] = field(default_factory=list)
    """For which cases grants were used at Pudong: the moment, and what the node says of it."""
    named: set[str] = field(default_factory=set)
    """For whom news was asked for."""

    def answer(self, node: Node, path: str, body: bytes, **_: object) -> bytes:
        self.asked.append(node.code)
        if node.code in self.silent:
            raise wire.LineBroken
        said = json.loads(body)
        if path == uses.PATH:
            first = dt.datetime.fromisoformat(said["since"])
            found = [one for at, *one in self.uses if first <= at < dt.datetime.fromisoformat(said["until"])]
            return json.dumps({"uses": found if node.code == "pudong" else []}).encode()
        if path == news.PATH:
            self.named |= set(said["identifiers"])
            places = [str(place) for place, one in enumerate(said["identifiers"]) if one == self.of]
            return json.dumps(
                {"news": dict.fromkeys(places if node.code == "pudong" else [], self.rows)}
            ).encode()
        is_known = node.code == "pudong" and said["identifier"] == self.of
        return json.dumps({"rows": self.rows if is_known else [], "more": False}).encode()


def stand(monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> Districts:
    """Make the city a node, with Pudong's and Xuhui's beside it."""
    known.forget()
    accounts._gates.clear()
    nodes.become_city(name="市级节点", address="http://127.0.0.1:1", by=OFFICER, at=now)
    for code, name in (("pudong", "浦东新区"), ("xuhui", "徐汇区")):
        models.Node.objects.create(
            code=code, name=name, address="http://127.0.0.1:1", public=code.encode(), root=b"r"
        )
    said = {"name": "档案", "registered_at": now.isoformat()}
    spreading.keep_subsystem(code=THEIRS, document=said, by=OFFICER, at=now)
    models.Known.objects.create(kind="subsystem", code=THEIRS, origin="pudong", position=1)
    known.forget()
    there = Districts()
    monkeypatch.setattr(accounts, "asked", there.answer)
    return there


def row(at: dt.datetime, **changes: Any) -> dict[str, Any]:
    """Return a call as a node tells it."""
    said = {
        "id": str(new_id()), "at": at.isoformat(), "signed_at": at.isoformat(), "key": "k", "nonce": uuid.uuid4().hex,
        "consumer": "SH/GOV/pudong-market-regulation/cases", "provider": THEIRS, "service": "person", "outcome": "",
        "grant": "", "user": "li", "issue": "", "status": 200,
    }  # fmt: skip
    return said | changes
