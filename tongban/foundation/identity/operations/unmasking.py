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
    record_unmasking(subject=subject, field=field, purpose=purpose, law=law, by=by, at=at)
    detail = {"field": field, "purpose": purpose.strip()[:300], "law": law.strip()[:300]}
    ledger.record(act="identity.unmasked", subject=subject, by=by, at=at, detail=detail)
    return field_of(subject, field)


@transaction.atomic
def record_unmasking(
    *, subject: Subject, field: str, purpose: str, law: str, by: Actor, at: dt.datetime
) -> None:
    """Write down that something personal that another package holds is read in full; its caller records the act.

    Raises NotAllowed, Invalid. ``queries.is_unmasked`` says for 60 seconds that it may be read again.
    """
    access = staff_access(by.id, at=at) if by.kind == "staff" else None
    rules.check_may_unmask(access, purpose=purpose, law=law)
    Unmasking.objects.create(
        staff_code=by.id, subject_kind=subject.kind, subject_id=subject.id, field=field,
        purpose=purpose.strip()[:300], law=law.strip()[:300], at=at, until=at + UNMASKED_FOR,
    )  # fmt: skip
