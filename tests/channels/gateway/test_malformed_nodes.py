"""What a node of the federation signs and yet is no request: a sentence, never a failure of ours, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from tests.channels.gateway.test_federation import Far, caller, far, written_here
from tests.channels.gateway.test_federation import TestAsking as Asking
from tests.datahub.nodes.test_directory import key_document
from tests.factories import malformed
from tongban.datahub.nodes import known, models
from tongban.datahub.nodes.rules import saying, shapes
from tongban.datahub.nodes.types import CITY

__all__ = ["caller", "far", "written_here"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
OURS = "SH/GOV/xuhui/people"
ID = "0198f3c1-0000-7000-8000-000000000001"
AT = "2026-11-22T10:00:00+08:00"
MADE = {"at": 1, "suite": "international", "signature": "AAAA", "certificate": "AAAA"}
PERSON = {"identifier": "310101199001010014"}
SERVICE = {
    "version": 1, "resource": "person", "parameters": ["number"], "subject": "number", "seconds": 5.0,
    "most_bytes": 1000, "is_enabled": True,
}  # fmt: skip


def changes() -> list[Any]:
    key, document = key_document(OURS)
    return [
        [1, "subsystem", OURS, "xuhui", {"name": "人口库", "registered_at": AT}],
        [2, "key", key, "xuhui", document],
        [3, "service", f"{OURS}/person", "xuhui", SERVICE],
    ]


REQUESTS: dict[str, dict[str, Any]] = {
    "sync": {"after": 0, "says": []},
    "witness": {"since": 0, "size": 1, "made": MADE},
    "account": PERSON | {"since": AT, "before": [AT, ID]},
    "proof": PERSON | {"id": ID},
    "evidence": PERSON | {"id": ID},
    "news": {"identifiers": ["310101199001010014"], "since": AT},
    "uses": {"since": AT, "until": AT},
}
WRITTEN = (
    "nodes_change", "nodes_known", "nodes_standing", "nodes_node", "exchange_subsystem", "exchange_key", "exchange_service",
    "attestation_witness", "ledger_record", "outbox_event",
)  # fmt: skip


@pytest.fixture(autouse=True)
def asks(far: Far) -> Iterator[None]:
    """Let the other node ask whatever the city may, too: this one is a district's meanwhile."""
    models.Standing.objects.create(node=far.code)
    models.Node.objects.filter(code=far.code).update(members=["xuhui"])
    yield
    known.forget()


def become_district(far: Far) -> None:
    """Let this node be a district's, and the other the city's."""
    models.Node.objects.filter(code=far.code).delete()
    models.Node.objects.filter(code=CITY).update(code="pudong")
    models.Node.objects.create(
        code=CITY, name="市", address="http://127.0.0.1:8", authorities=[], public=far.pair[1], root=b"r"
    )
    known.forget()


def counted() -> dict[str, int]:
    sizes = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in WRITTEN)
    with connection.cursor() as cursor:
        cursor.execute(sizes)
        return dict(cursor.fetchall())


def refused(far: Far, what: str, body: bytes) -> bool:
    """Return whether a request is refused, which has to be in words and without a trace; else it is answered."""
    before = counted()
    with transaction.atomic():
        answer = Asking().sent(far, f"/node/v1/{what}", body)
        if answer.status == 200:
            transaction.set_rollback(True)
            return False
    said = json.loads(answer.body)
    assert 400 <= answer.status < 500, said
    assert said["message"] and said["code"], said
    assert dict(answer.headers)["X-Road-Error"].startswith("Client.")
    assert counted() == before
    return True


@pytest.mark.parametrize("what", REQUESTS)
def test_every_place_of_a_request(far: Far, what: str) -> None:
    if what not in ("sync", "witness"):
        become_district(far)
    good = REQUESTS[what] | ({"says": changes()[:1]} if what == "sync" else {})
    wrong = dict(malformed.everywhere(good))
    answered = {name for name, one in wrong.items() if not refused(far, what, json.dumps(one).encode())}
    assert len(answered) < len(wrong) / 4  # what is left out where it may be, or another text for a name
    assert all(refused(far, what, body) for body in malformed.BODIES.values())


def test_every_place_of_what_is_told(far: Far) -> None:
    """A district's news that can not be kept is left out and on record: what comes after it is not held up."""
    told = changes()
    for place, (position, kind, code, origin, document) in enumerate(told):
        wrong = [one for _, one in malformed.everywhere(document) if isinstance(one, dict)]
        fitting = [one for one in wrong if fits(kind, one)]
        for one in (*fitting, *[one for one in wrong if one not in fitting][:5]):
            said = {"after": 0, "says": [*told[:place], [position, kind, code, origin, one]]}
            with transaction.atomic():
                answer = Asking().sent(far, "/node/v1/sync", json.dumps(said).encode())
                assert (answer.status, json.loads(answer.body)["accepted"]) == (200, position), one
                transaction.set_rollback(True)
            known.forget()


def fits(kind: str, document: Any) -> bool:
    try:
        shapes.free(document)
        saying.DOCUMENTS[kind](document)
    except shapes.Misfit:
        return False
    return True
