"""The sealed page of a licence: drawn from the signed record, sealed with PAdES, kept as a document."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from tongban.foundation.documents import operations as files
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.statements import operations as statements
from tongban.foundation.statements import queries as reading
from tongban.foundation.trust import operations as trust
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.services.licences import models
from tongban.services.licences.documents import draw, seal_box
from tongban.services.licences.errors import LicenceUnknown
from tongban.services.licences.events import LicenceSealed
from tongban.services.licences.operations import expiring, recording
from tongban.services.licences.operations.signing import SIGNER
from tongban.services.licences.pages import page_values
from tongban.services.licences.queries import get_licence, pdf
from tongban.services.licences.standing import check_may_see
from tongban.services.licences.types import Kind

SEAL = "SELECT seal FROM licences_signing WHERE id = %s"


def sealed_page(row: models.Licence, at: dt.datetime) -> bytes:
    """Return the page of a licence, drawn and sealed; nothing is stored but the use of the seal."""
    drawn = draw(Kind.LICENCE, page_values(row), at=row.issued_at)
    (seal,) = reading.one(SEAL, [row.signing_id]) or ("",)
    return trust.seal_pdf(
        drawn,
        seal=seal,
        reason=f"签发{row.name} {row.number}",
        box=seal_box(Kind.LICENCE),
        by=SIGNER,
        at=at,
    )


@transaction.atomic
def seal_page(*, id: uuid.UUID, by: Actor, at: dt.datetime) -> uuid.UUID:
    """Make the sealed page of a licence and return its document; one that has it keeps it."""
    row = reading.fetch_one(models.Licence, "WHERE id = %s FOR UPDATE", [id])
    if row is None:
        raise LicenceUnknown
    if row.document:
        return row.document
    made = sealed_page(row, at)
    kept = files.store(
        data=made,
        name=f"{row.name}-{row.number}.pdf",
        purpose="licence",
        owner=Subject(row.holder_kind, row.holder_id),
        is_ours=True,
        by=by,
        at=at,
    )
    row.document, row.document_sha256 = kept.id, kept.sha256
    detail = {"document": str(kept.id), "sha256": kept.sha256}
    sealed = Act("licence.seal", Subject("licence", str(row.id)), detail)
    event = LicenceSealed(**recording.event_head(row), document=str(kept.id))
    statements.run_together([
        statements.updating(row, ("document", "document_sha256")),
        ledger.recording(acts=[sealed], by=by, at=at),
        *outbox.scheduling(expiring.timers(row, at)),
        *outbox.publishing([event], at=at),
    ])  # fmt: skip
    return kept.id


@transaction.atomic
def open_page(*, id: uuid.UUID, by: Actor, purpose: str, at: dt.datetime) -> bytes:
    """Return the sealed page as ``queries.pdf`` does; one that nobody has made yet is made and sealed now.

    The licence is its signed record: the page of one issued a moment ago may still wait for a quieter one.
    """
    licence = get_licence(id, at=at)
    check_may_see(by, licence.holder, licence.department, licence.district, at)
    if licence.document is None:
        seal_page(id=id, by=SYSTEM, at=at)
    return pdf(id, by=by, purpose=purpose, at=at)
