"""The sealed page of a licence: drawn from the signed record, sealed with PAdES, kept as a document."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

from django.db import transaction

from tongban.foundation.documents import operations as files
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
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


def sealed_page(row: models.Licence, at: dt.datetime) -> bytes:
    """Return the page of a licence, drawn and sealed; nothing is stored but the use of the seal."""
    drawn = draw(Kind.LICENCE, page_values(row), at=row.issued_at)
    return trust.seal_pdf(
        drawn,
        seal=row.signing.seal,
        reason=f"签发{row.name} {row.number}",
        box=seal_box(Kind.LICENCE),
        by=SIGNER,
        at=at,
    )


@transaction.atomic
def seal_page(*, id: uuid.UUID, by: Actor, at: dt.datetime) -> uuid.UUID:
    """Make the sealed page of a licence and return its document; one that has it keeps it."""
    row = models.Licence.objects.select_for_update().filter(id=id).first()
    if row is None:
        raise LicenceUnknown
    if row.document:
        return row.document
    made = sealed_page(row, at)
    holder = Subject(row.holder_kind, row.holder_id)
    kept = files.store(
        data=made,
        name=f"{row.name}-{row.number}.pdf",
        purpose="licence",
        owner=holder,
        is_ours=True,
        by=by,
        at=at,
    )
    row.document, row.document_sha256 = kept.id, hashlib.sha256(made).hexdigest()
    row.save(update_fields=["document", "document_sha256"])
    ledger.record(act="licence.seal", subject=Subject("licence", str(row.id)), by=by, at=at,
                  detail={"document": str(kept.id), "sha256": row.document_sha256})  # fmt: skip
    expiring.plan(row, at)
    outbox.publish(LicenceSealed(**recording.event_head(row), document=str(kept.id)), at=at)
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
