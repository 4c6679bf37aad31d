"""Handing one exchange to a court: the container is made, sealed, and that it was is an act on the ledger."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from tongban.datahub.exchange.errors import RecordBroken
from tongban.datahub.exchange.evidence import archive, checking, writing
from tongban.datahub.exchange.evidence.manifest import MANIFEST, SEAL, manifest_of
from tongban.foundation.attestation.errors import NotAttested
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.trust import operations as trust
from tongban.foundation.trust import queries as trust_queries
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject

OFFICE, NAME = "exchange-evidence", "数据交换存证专用章"


@law(
    "exchange-evidence",
    basis="电子签名法 5、8、13；个人信息保护法 54",
    says="One exchange can be handed to a court: signed request, digest of the answer, place in the ledger, time stamp, seal",
)
@transaction.atomic
def make_evidence(*, id: uuid.UUID, reason: str, by: Actor, at: dt.datetime) -> bytes:
    """Return one exchange as a sealed container (ASiC-E), with its request in plain; who had it made, and why, is recorded.

    ``queries.check_evidence`` checks it. Raises ExchangeUnknown, ContentPurged, or NotAttested while no signed head covers
    the exchange, or RecordBroken when what the database has does not hold: that is for an auditor, not for a court.
    """
    root = trust_queries.root()
    if root is None:
        raise NotAttested
    files = writing.files_of(id, root, stamp=lambda data: trust.time_stamp(data, at=at))
    trust.ensure_seal(code=OFFICE, name=NAME, department="", by=by, at=at)
    files[MANIFEST] = manifest_of(files)
    files[SEAL] = trust.seal_data(files[MANIFEST], seal=OFFICE, reason=reason, by=by, at=at)
    ledger.record(act="exchange.evidence_made", subject=Subject("exchange", str(id)), by=by, at=at,
                  detail={"reason": reason})  # fmt: skip
    container = archive.packed(files)
    if checking.check(container, root).problem is not None:
        raise RecordBroken(str(id))
    return container
