"""The evidence of one reading, for the person it is about: a file that anybody checks without us."""

from __future__ import annotations

import datetime as dt
import json
import uuid

from django.db import transaction

from tongban.datahub.exchange import operations as exchange
from tongban.datahub.nodes import operations as nodes
from tongban.foundation.attestation import queries as attestation
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.trust import queries as trust
from tongban.kernel.types import Actor, Subject
from tongban.services.disclosures.errors import EvidenceOfAnother
from tongban.services.disclosures.operations.asking import identifier_of
from tongban.services.disclosures.queries.proofs import is_call, record_of
from tongban.services.disclosures.queries.readings import find_reading
from tongban.services.disclosures.reach import opened
from tongban.services.disclosures.types import File

REASON = "本人查阅（个人信息保护法 45）"
CONTAINER = "application/vnd.etsi.asic-e+zip"


@transaction.atomic
def take_evidence(*, subject: Subject, reading: uuid.UUID, by: Actor, at: dt.datetime) -> File:
    """Return the evidence of a reading in this account, and record that it was taken.

    Raises ReadingNotThere, EvidenceOfAnother, NodeSilent, or NotAttested for the seconds until a signed head covers it.
    """
    found = find_reading(opened(subject, by=by, at=at), reading, at=at)
    if found.is_named:
        raise EvidenceOfAnother
    if found.node:
        data = nodes.ask_evidence(node=found.node, id=reading, identifier=identifier_of(subject))
        _record_taken(subject, reading, by, at)
        return File(f"{reading}.asice", CONTAINER, data)
    if is_call(found):
        data = exchange.make_evidence(id=reading, reason=REASON, by=by, at=at)
        return File(f"{reading}.asice", CONTAINER, data)
    own = [(subject.kind, subject.id), (by.kind, by.id)]
    said = attestation.to_file(attestation.evidence(record_of(found), shows=own), trust.root() or b"")
    _record_taken(subject, reading, by, at)
    return File(
        f"{reading}.json", "application/json", json.dumps(said, ensure_ascii=False, indent=1).encode()
    )


def _record_taken(subject: Subject, reading: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    detail = {"reading": str(reading)}
    ledger.record(act="disclosures.evidence_taken", subject=subject, by=by, at=at, detail=detail)
