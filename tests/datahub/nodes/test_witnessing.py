"""A ledger that is shown to two witnesses otherwise, as the one sees it that hears of the other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from tongban.datahub.nodes import known, models, operations, queries, wire
from tongban.datahub.nodes.operations import own_ledger as own
from tongban.datahub.nodes.operations import witnessing
from tongban.datahub.nodes.types import CITY, Node
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.attestation import queries as attested
from tongban.foundation.attestation.models import SeenRow
from tongban.foundation.attestation.types import Growth, SignedHead
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger import queries as ledger_queries
from tongban.foundation.ledger import tree
from tongban.foundation.ledger.types import Head
from tongban.kernel import clock
from tongban.kernel.types import SYSTEM, Subject

pytestmark = pytest.mark.django_db
MADE = {"at": 1, "suite": "international", "signature": "AAAA", "certificate": "AAAA"}


class Log:
    """A ledger of so many entries, elsewhere."""

    def __init__(self, size: int, *, other_from: int | None = None) -> None:
        texts = [
            f"{place}{'!' if other_from is not None and place >= other_from else ''}" for place in range(size)
        ]
        self.leaves = [tree.leaf_hash(hashlib.sha256(text.encode()).digest()) for text in texts]

    def of(self, node: tree.Node) -> bytes:
        width = 1 << node.level
        return tree.subtree(b"".join(self.leaves[node.index * width : (node.index + 1) * width]))

    def head(self, size: int) -> Head:
        return Head(size, tree.root(size, self.of))

    def growth(self, since: int) -> Growth | None:
        size = len(self.leaves)
        if since > size:
            return None
        path = tree.hashes(tree.consistency(since, size), self.of)
        return Growth(SignedHead(self.head(size), clock.now(), "international", b"c", b"s"), since, path)


@pytest.fixture
def xuhui(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[int], Growth | None]], None]:
    """Make the city a witness of Xuhui's ledger at ten entries, and have Xuhui show what a function gives."""
    known.forget()
    operations.become_city(name="市", address="http://127.0.0.1:1", by=SYSTEM, at=clock.now())
    for code in ("xuhui", "pudong"):
        models.Node.objects.create(
            code=code, name=code, address=f"http://{code}", public=code.encode(), root=b"r"
        )
    head = Log(10).head(10)
    SeenRow.objects.create(log="xuhui", certificate=b"r", size=10, root=head.root, at=clock.now())

    def show(what: Callable[[int], Growth | None]) -> None:
        def asked(node: Node, path: str, body: bytes, **_: object) -> bytes:
            assert node.code == "xuhui"
            growth = what(json.loads(body)["since"])
            return json.dumps({"growth": attested.said_growth(growth) if growth else None}).encode()

        monkeypatch.setattr(witnessing, "asked", asked)

    return show


def hear(head: Head) -> tuple[str, ...]:
    """Let Pudong tell what it has seen; return whose ledger is not one."""
    pudong = queries.find_node("pudong")
    assert pudong
    said: dict[str, Any] = {"xuhui": (head.size, head.root), "elsewhere": (1, b"0" * 32)}
    witnessing._compare(pudong, said, SYSTEM, clock.now())
    return queries.rewritten_ledgers()


@pytest.mark.parametrize("size", [3, 8, 10, 12, 17])
def test_one_ledger(xuhui: Callable[..., None], size: int) -> None:
    xuhui(Log(17).growth)
    assert hear(Log(17).head(size)) == ()


@pytest.mark.parametrize("size", [8, 10, 12])
def test_two_ledgers(xuhui: Callable[..., None], size: int) -> None:
    """What Pudong was shown differs from the seventh entry on."""
    xuhui(Log(17).growth)
    assert hear(Log(17, other_from=6).head(size)) == ("xuhui",)


def test_two_ledgers_one_for_each_question(xuhui: Callable[..., None]) -> None:
    """It shows each question the ledger that fits."""
    xuhui(lambda since: (Log(17) if since == 10 else Log(17, other_from=6)).growth(since))
    assert hear(Log(17, other_from=6).head(12)) == ("xuhui",)


def test_a_ledger_that_has_grown_between_two_questions(xuhui: Callable[..., None]) -> None:
    xuhui(lambda since: Log(17 if since == 10 else 18).growth(since))
    assert hear(Log(18).head(12)) == ()


def test_what_can_not_be_asked_now(xuhui: Callable[..., None]) -> None:
    def silent(since: int) -> Growth | None:
        raise wire.LineBroken

    xuhui(silent)
    assert hear(Log(17, other_from=6).head(12)) == ()


def test_whose_ledgers_are_signed(xuhui: Callable[..., None]) -> None:
    models.Node.objects.create(code="baoshan", name="x", address="http://b", public=b"b", root=b"r")
    models.Node.objects.create(code="minhang", name="x", address="http://m", public=b"m", root=b"r")

    def watched(code: str) -> list[str]:
        models.Node.objects.update(is_here=False)
        models.Node.objects.filter(code=code).update(is_here=True)
        known.forget()
        return [node.code for node in witnessing.watched()]

    assert watched(CITY) == ["baoshan", "minhang", "pudong", "xuhui"]
    assert watched("minhang") == [CITY, "pudong", "xuhui"]
    assert watched("xuhui") == [CITY, "baoshan", "minhang"]


def test_who_has_ended_as_a_witness_is_none_again_by_signing(db: None) -> None:
    at = clock.now()
    node = Node("pudong", "浦东", "http://127.0.0.1:9", (), b"key", b"root", ())
    attestation.add_witness(code="pudong", name="浦东", root=b"root", at=at)
    attestation.end_witness(code="pudong", reason="broken into", by=SYSTEM, at=at)
    request = json.dumps({"since": 0, "size": 1, "made": MADE}).encode()
    assert operations.answer_witness(node=node, request=request, by=SYSTEM, at=at)
    (witness,) = attested.witnesses()
    assert witness.ended_at is not None


def own_ledger(count: int) -> Head:
    """Put so many acts into this node's ledger and return its head."""
    for number in range(count):
        ledger.record(
            act="item.publish", subject=Subject("item", str(number)), by=SYSTEM, at=clock.now(), detail={}
        )
    ledger.link_pending()
    return ledger_queries.head()


@pytest.fixture
def pudong_has_signed(xuhui: object, monkeypatch: pytest.MonkeyPatch) -> Callable[[Head | None], None]:
    """Let Pudong answer with what it has signed last of this ledger; of None it does not answer. Xuhui never does."""

    def signed(head: Head | None) -> None:
        def asked(node: Node, path: str, body: bytes, **_: object) -> bytes:
            if node.code == "xuhui" or head is None:
                raise wire.LineBroken
            return json.dumps({"growth": None, "seen": {CITY: [head.size, head.root.hex()]}}).encode()

        monkeypatch.setattr(witnessing, "asked", asked)
        monkeypatch.setattr(own, "asked", asked)

    return signed


def test_a_witness_tells_whose_ledger_it_is_that_it_was_rewritten(
    pudong_has_signed: Callable[[Head | None], None],
) -> None:
    first = own_ledger(3)
    own_ledger(3)
    pudong_has_signed(first)
    operations.witness_others(by=SYSTEM, at=clock.now())
    assert queries.rewritten_ledgers() == ()
    for other in (Head(first.size, b"x" * 32), Head(10_000, first.root)):
        pudong_has_signed(other)
        operations.witness_others(by=SYSTEM, at=clock.now())
        operations.witness_others(by=SYSTEM, at=clock.now())
        assert queries.rewritten_ledgers() == (CITY,)
    known_acts = ledger_queries.entries(Subject("witness", CITY))
    assert [one.act for one in known_acts] == ["nodes.own_ledger_rewritten"], "on record once"


def test_what_others_have_signed_can_be_asked(pudong_has_signed: Callable[[Head | None], None]) -> None:
    head = own_ledger(2)
    pudong_has_signed(head)
    assert operations.seen_by_others(at=clock.now()) == {"pudong": head, "xuhui": None}
    pudong_has_signed(None)
    assert operations.seen_by_others(at=clock.now()) == {"pudong": None, "xuhui": None}


def test_a_ledger_that_has_become_shorter_was_rewritten(xuhui: Callable[..., None]) -> None:
    models.Node.objects.filter(code="pudong").update(is_active=False)
    xuhui(Log(9).growth)
    for _ in range(2):
        operations.witness_others(by=SYSTEM, at=clock.now())
    (said,) = ledger_queries.entries(Subject("witness", "xuhui"))[:1]
    assert (said.act, said.detail["size"]) == ("attestation.log_rewritten", 10)
    assert queries.rewritten_ledgers() == ("xuhui",)
