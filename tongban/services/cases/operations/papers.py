"""Papers of a case: given, taken back, replaced by a signed commitment, promised for a later day."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import transaction

from tongban.foundation.documents import queries as documents
from tongban.foundation.documents.types import Document
from tongban.kernel.errors import N_, Conflict, NotFound
from tongban.kernel.types import SYSTEM, Actor, Subject
from tongban.services.cases import models, promises, sealing, unsealing
from tongban.services.cases.errors import PaperUnknown
from tongban.services.cases.operations.ending import close_if_complete
from tongban.services.cases.operations.forms import locked_form
from tongban.services.cases.operations.recording import note, opened
from tongban.services.cases.operations.refiling import file_again
from tongban.services.cases.queries.records import materials as materials_of
from tongban.services.cases.rules import acceptance, clocks, letters
from tongban.services.cases.types import Act, CaseState, MaterialState, Role

MSG_NOT_NEEDED = N_("《{name}》不用您交：{reason}。")
MSG_NO_COMMITMENT = N_("《{name}》不能用承诺代替。")
MSG_OTHER_TEXT = N_("承诺书的内容已经变化，请重新看过再签。")
MSG_NO_DOCUMENT = N_("没有这份文件，或者它不是申请人的。")
MSG_NOT_PROMISED = N_("《{name}》没有答应后补，不用补交。")
MSG_NOT_GIVEN = N_("《{name}》还没有交，没有可以取下的。")
FILED = frozenset({CaseState.RECEIVED, CaseState.ACCEPTED, CaseState.DECIDED})
"""In these a new paper stands in a new filing; during a supplement it is filed with all of it."""


@transaction.atomic
def attach(
    *,
    case_id: uuid.UUID,
    item: str,
    material: str,
    document: uuid.UUID,
    name: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Give a paper: a document of the applicant's, new or offered again.

    After filing the new paper stands in a new filing; the one before is kept.
    """
    row, role, _ = opened(case_id, Act.ATTACH, by=by, at=at)
    paper = _paper_of(row, item, material)
    if paper.state == MaterialState.EXEMPT and row.state != CaseState.SUPPLEMENT:
        raise Conflict("case-paper-not-needed", MSG_NOT_NEEDED, name=paper.name, reason=paper.reason)
    _give(row, paper, Act.ATTACH, role, document, name, by, at)


@transaction.atomic
def bring_promised(
    *,
    case_id: uuid.UUID,
    item: str,
    material: str,
    document: uuid.UUID,
    name: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Bring a paper that was promised for later; a decided case that only waited for it is closed.

    Raises Conflict for a paper that nobody promised.
    """
    row, role, _ = opened(case_id, Act.BRING_PROMISED, by=by, at=at)
    paper = _paper_of(row, item, material)
    if paper.state != MaterialState.LATER:
        raise Conflict("case-paper-not-promised", MSG_NOT_PROMISED, name=paper.name)
    _give(row, paper, Act.BRING_PROMISED, role, document, name, by, at)
    close_if_complete(case_id=case_id, by=SYSTEM, at=at)


def _give(
    row: models.Case, paper: models.Material, act: Act, role: Role, document: uuid.UUID, name: str, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    stored = _own_document(row, document)
    if paper.state == MaterialState.LATER:
        promises.forget(paper)
    offered = (paper.evidence or {}).get("label", "") if (paper.evidence or {}).get("document") else ""
    paper.state, paper.document, paper.given_at = MaterialState.GIVEN.value, document, at
    paper.document_name = (name or offered or stored.name)[:300]
    paper.save(update_fields=["state", "document", "document_name", "given_at"])
    facts = ""
    if row.state in FILED:
        _, fields = locked_form(row)
        facts = file_again(row, fields, materials_of(row.id), at=at)
    detail = {"item": paper.item, "material": paper.code, "document": str(document), "sha256": stored.sha256}
    note(row, act, role, by=by, at=at, facts=facts, detail=detail)


def _own_document(row: models.Case, document: uuid.UUID) -> Document:
    """Return the document if it is the applicant's own; whose else it is, is nobody's business."""
    stored = documents.find_many([document]).get(document)
    if stored is None or stored.erased_at or stored.owner != Subject(row.applicant_kind, row.applicant_id):
        raise NotFound("case-document-unknown", MSG_NO_DOCUMENT)
    return stored


@transaction.atomic
def detach(*, case_id: uuid.UUID, item: str, material: str, by: Actor, at: datetime) -> None:
    """Take a given paper back, before it is filed."""
    row, role, _ = opened(case_id, Act.DETACH, by=by, at=at)
    paper = _paper_of(row, item, material)
    if paper.document is None:
        raise Conflict("case-paper-not-given", MSG_NOT_GIVEN, name=paper.name)
    detail = {"item": item, "material": material, "document": str(paper.document)}
    paper.state, paper.document, paper.document_name, paper.given_at = (
        MaterialState.MISSING.value,
        None,
        "",
        None,
    )
    paper.save(update_fields=["state", "document", "document_name", "given_at"])
    note(row, Act.DETACH, role, by=by, at=at, detail=detail)


@transaction.atomic
def sign_commitment(
    *,
    case_id: uuid.UUID,
    item: str,
    material: str,
    shown: str,
    until: date | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Sign a commitment instead of a paper, or, with ``until``, to hand a paper in later that is not essential.

    ``shown`` is the digest of the text that the signer was shown. Raises Conflict when that is no longer the
    text: nobody signs what they have not read.
    """
    row, role, _ = opened(case_id, Act.SIGN_COMMITMENT, by=by, at=at)
    paper = _paper_of(row, item, material)
    if until is not None:
        acceptance.check_later(paper.name, paper.is_secondary, clocks.day_of(at), until, paper.due_on)
    elif paper.kind != "commitment":
        raise Conflict("case-no-commitment", MSG_NO_COMMITMENT, name=paper.name)
    text = letters.commitment(
        paper.name, unsealing.open_name(row.applicant_name), row.service_name, paper.law, until
    )
    if letters.sha256(text) != shown:
        raise Conflict("case-commitment-changed", MSG_OTHER_TEXT)
    models.Commitment.objects.get_or_create(
        case_id=row.id, item=item, material=material,
        defaults={"text": sealing.seal_text(text), "sha256": shown, "signed_by_kind": by.kind,
                  "signed_by_id": by.id, "signed_by_name": by.name, "signed_at": at},
    )  # fmt: skip
    state = MaterialState.LATER if until else MaterialState.COMMITTED
    paper.state, paper.given_at, paper.due_on = state.value, None if until else at, until
    paper.save(update_fields=["state", "given_at", "due_on"])
    if until is not None:
        promises.watch(paper, until, at=at)
    detail = {"item": item, "material": material, "sha256": shown}
    note(row, Act.SIGN_COMMITMENT, role, by=by, at=at, detail=detail)


def _paper_of(row: models.Case, item: str, material: str) -> models.Material:
    paper = models.Material.objects.filter(case_id=row.id, item=item, code=material).first()
    if paper is None:
        raise PaperUnknown(material)
    return paper
