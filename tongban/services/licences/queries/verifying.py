"""What stands on a licence, held against the register: by identifier or number and code, or by the file itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from functools import lru_cache

from tongban.foundation.trust import queries as trusted
from tongban.foundation.trust.types import Signature
from tongban.kernel.types import Subject
from tongban.services.licences import models, unsealing
from tongban.services.licences.errors import LicenceUnknown
from tongban.services.licences.queries.records import today
from tongban.services.licences.rules import identifiers, masking, numbers, record, tree, validity
from tongban.services.licences.types import LicenceState, Part, PdfFinding, Shown

LONGEST = 140


def verify(reference: str, code: str, *, at: dt.datetime | None = None) -> Shown:
    """Return how a licence stands; raise LicenceUnknown also for a wrong code: neither says which was wrong.

    Args: ``reference`` is the identifier or the number; of a number with several versions the one with this code.
    """
    wanted, given = identifiers.tidy(reference)[:LONGEST], numbers.tidy_code(code)
    column = "identifier" if identifiers.is_identifier(wanted) else "number"
    for row in models.Licence.objects.filter(**{column: wanted}):
        if hmac.compare_digest(row.code.encode(), given.encode()):
            return _shown(row, today(at))
    raise LicenceUnknown


def verify_pdf(data: bytes, *, at: dt.datetime | None = None) -> PdfFinding:
    """Return whether a PDF's seal is whole and, where the file is a licence of ours, how that stands today."""
    verdict = trusted.verify_pdf(data)
    row = models.Licence.objects.filter(document_sha256=hashlib.sha256(data).hexdigest()).first()
    stamped = [seal.signed_at for seal in verdict.seals if seal.signed_at]
    return PdfFinding(
        is_sealed=bool(verdict.seals), is_whole=verdict.is_intact, is_trusted=verdict.is_trusted,
        is_original=verdict.is_original, signers=tuple(seal.who for seal in verdict.seals), signed_at=stamped[-1] if stamped else None,
        problem=verdict.problem, licence=_shown(row, today(at)) if row else None,
    )  # fmt: skip


def shown_of(row: models.Licence, at: dt.datetime) -> Shown:
    """Return how a licence stands, as anybody may know."""
    return _shown(row, today(at))


def verify_record(id: uuid.UUID) -> bool:
    """Return whether the stored record of a licence is the one that the body signed."""
    row = models.Licence.objects.filter(id=id).select_related("signing").first()
    if row is None:
        raise LicenceUnknown
    return _is_signed(row)


def _shown(row: models.Licence, day: dt.date) -> Shown:
    last = models.Change.objects.filter(licence_id=row.id, number=row.changes_count).first()
    is_changed = last is not None and row.changes_count > 1
    newer = models.Licence.objects.filter(replaces=row).values_list("identifier", flat=True).first()
    return Shown(
        number=row.number, identifier=row.identifier, type=row.type, name=row.name,
        holder_masked=masking.mask(row.holder_kind, unsealing.open_name(row.holder_name)),
        holder_kind=row.holder_kind, issuer=row.issuer, issued_on=row.issued_on, valid_from=row.valid_from,
        valid_until=row.valid_until, validity=row.validity,
        state=validity.state_on(LicenceState(row.state), row.valid_until, day), version=row.version,
        changed_on=today(last.at) if last is not None and is_changed else None,
        law=last.law if last is not None and is_changed else "", is_combined=row.is_combined,
        parts=_parts(row, day), newer=newer or "", is_signature_good=_is_signed(row),
    )  # fmt: skip


def _parts(row: models.Licence, day: dt.date) -> tuple[Part, ...]:
    if not row.is_combined:
        return ()
    parts = models.Part.objects.filter(combined=row).order_by("position").select_related("part")
    return tuple(
        Part(
            one.part.name,
            one.part.number,
            validity.state_on(LicenceState(one.part.state), one.part.valid_until, day),
        )
        for one in parts
    )


def _is_signed(row: models.Licence) -> bool:
    parts = models.Part.objects.filter(combined=row).order_by("position") if row.is_combined else None
    said = record.canonical(
        identifier=row.identifier, number=row.number, name=row.name, type=row.type, issuer_code=row.issuer_code,
        holder=Subject(row.holder_kind, row.holder_id), holder_name=unsealing.open_name(row.holder_name),
        issued_on=row.issued_on, valid_from=row.valid_from, valid_until=row.valid_until, validity=row.validity,
        face=unsealing.open_face(row.face),
        parts=list(parts.values_list("part__identifier", flat=True)) if parts is not None else (),
    )  # fmt: skip
    try:
        root = tree.root_from(tree.leaf(said), bytes(row.path))
    except ValueError:
        return False
    return _is_root_signed(row.signing_id, root)


@lru_cache(maxsize=10_000)
def _is_root_signed(signing_id: uuid.UUID, root: bytes) -> bool:
    # Signings never change (a trigger refuses), and a good signature of the past stays good.
    kept = models.Signing.objects.get(id=signing_id)
    signature = Signature(
        kept.seal, kept.suite, kept.certificate, bytes(kept.value), kept.at, bytes(kept.time_stamp)
    )
    return trusted.verify(root, signature).is_good
