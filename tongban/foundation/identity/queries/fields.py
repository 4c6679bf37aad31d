"""One personal field in full. Inside the package only: outside, it is ``operations.unmask``, on the ledger."""

from __future__ import annotations

from tongban.foundation.identity.errors import PersonUnknown
from tongban.foundation.identity.models import NaturalPerson
from tongban.foundation.identity.unsealing import CONTACT, PERSON, unseal
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.types import Subject

FIELDS = ("number", "name", "phone", "mail")


def field_of(subject: Subject, field: str) -> str:
    """Return one field of a person in full; raise Invalid for a field that there is not."""
    if field not in FIELDS or subject.kind != "person":
        raise Invalid("field-unknown", N_("没有“{field}”这一项可以查看。"), field=field[:40])
    row = NaturalPerson.objects.select_related("account").filter(id=subject.id).first()
    if row is None:
        raise PersonUnknown
    if field in ("number", "name"):
        return unseal(PERSON, row.sealed)[field]
    account = getattr(row, "account", None)
    return unseal(CONTACT, account.contact_sealed).get(field, "") if account else ""
