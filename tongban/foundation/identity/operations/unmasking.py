"""Reading a personal number in full: by whom the post allows, for a purpose, by a law, on the ledger."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from tongban.foundation.identity import rules
from tongban.foundation.identity.models import Unmasking
from tongban.foundation.identity.queries.fields import field_of
from tongban.foundation.identity.queries.staff import staff_access
from tongban.foundation.identity.rules.staff import UNMASKED_FOR
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.types import Actor, Subject


@transaction.atomic
def unmask(*, subject: Subject, field: str, purpose: str, law: str, by: Actor, at: dt.datetime) -> str:
    """Return a person's ``number``, ``name``, ``phone`` or ``mail`` in full, and record who read it and why.

    The same reader may look again for 60 seconds (``queries.unmasked``). Raises NotAllowed, Invalid.
    Source: 个人信息保护法第 6、34、51 条.
    """
    access = staff_access(by.id, at=at) if by.kind == "staff" else None
    rules.check_may_unmask(access, purpose=purpose, law=law)
    value = field_of(subject, field)
    purpose, law = purpose.strip()[:300], law.strip()[:300]
    Unmasking.objects.create(
        staff_code=by.id, subject_kind=subject.kind, subject_id=subject.id, field=field,
        purpose=purpose, law=law, at=at, until=at + UNMASKED_FOR,
    )  # fmt: skip
    detail = {"field": field, "purpose": purpose, "law": law}
    ledger.record(act="identity.unmasked", subject=subject, by=by, at=at, detail=detail)
    return value
