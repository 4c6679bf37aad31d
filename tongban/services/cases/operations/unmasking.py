"""Reading a personal value of a case in full: by whom the post allows, for a purpose, by a law; the person is told."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from tongban.foundation.identity import operations as identity
from tongban.foundation.identity.types import StaffAccess
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.messages import operations as messages
from tongban.foundation.messages.types import Template
from tongban.kernel.errors import N_, NotFound
from tongban.kernel.law import law
from tongban.kernel.types import Subject
from tongban.services.cases import queries
from tongban.services.cases.types import Case

READ_IN_FULL = Template(
    "cases.read-in-full",
    N_("有人看了您的完整信息"),
    N_("{who}为办理“{what}”看过完整的“{field}”。用途：{purpose}。依据：{law}。您认为不该看的，可以投诉。"),
    channels=(),
)
MSG_VALUE = N_("没有这一项可以查看。")


@law("unmasking-is-told", basis="个人信息保护法 6、34、44、51", says="Who reads a personal value of a case in full says for "
     "what and by which law; it is on the ledger, and the person is told")  # fmt: skip
@transaction.atomic
def unmask_value(
    *, case_id: uuid.UUID, field: str, name: str, purpose: str, law: str, by: StaffAccess, at: datetime
) -> str:
    """Return a value of the form in full, readable again for 60 seconds; raise CaseUnknown, NotAllowed, Invalid.

    ``name`` is what the form calls the field. A value that a register gave is read there; a typed one, here.
    """
    case = queries.file_of(case_id, by).case
    if field not in case.fields:
        raise NotFound("fact-unknown", MSG_VALUE)
    subject, part = queries.held(case, field)
    said = {"purpose": purpose, "law": law, "by": by.actor, "at": at}
    if subject.kind == "person":
        full = identity.unmask(subject=subject, field=part, **said)  # type: ignore[arg-type]
    else:
        identity.record_unmasking(subject=subject, field=part, **said)  # type: ignore[arg-type]
        full = str(case.fields[field].value)
        detail = {"field": field, "number": case.number or "", "purpose": purpose, "law": law}
        ledger.record(act="case.unmasked", subject=case.applicant, by=by.actor, at=at, detail=detail)
    _tell(subject if subject.kind == "person" else case.applicant, case, name, purpose, law, by, at)
    return full


def _tell(to: Subject, case: Case, name: str, purpose: str, law: str, by: StaffAccess, at: datetime) -> None:
    values = {"who": by.name, "what": case.service_name, "field": name, "purpose": purpose, "law": law}
    messages.send(to=to, template=READ_IN_FULL.code, values=values, case=case.id, at=at)
