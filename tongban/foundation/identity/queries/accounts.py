"""Accounts: what they are, whose, how they are found."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings

from tongban.foundation.government import queries as government
from tongban.foundation.identity import rules
from tongban.foundation.identity.adapters import demonstration
from tongban.foundation.identity.errors import AccountUnknown
from tongban.foundation.identity.models import Account as Row
from tongban.foundation.identity.models import KeptForm
from tongban.foundation.identity.types import Account, Persona
from tongban.foundation.identity.unsealing import CONTACT, FORM, index, unseal
from tongban.foundation.statements import queries as statements

KEPT_FOR = dt.timedelta(days=1)
OF_PERSON = "SELECT contact_sealed FROM identity_account WHERE person_id = %s"
OF_COMPANY = """
SELECT a.contact_sealed FROM identity_legalentity e JOIN identity_account a ON a.person_id = e.legal_representative_id
WHERE e.id = %s
"""


def account(id: uuid.UUID | str) -> Account:
    """Return the account; raise AccountUnknown."""
    row = Row.objects.filter(id=id).first()
    if row is None:
        raise AccountUnknown
    return account_of(row)


def account_of_person(person_id: uuid.UUID | str) -> Account | None:
    """Return the account of a person, None if they have none."""
    row = Row.objects.filter(person=person_id).first()
    return account_of(row) if row else None


def account_of_staff(code: str) -> Account | None:
    """Return the account of a member of staff, None if none was opened."""
    row = Row.objects.filter(staff=code).first()
    return account_of(row) if row else None


def find_account_by_contact(text: str) -> Account | None:
    """Return the account that signs in with this phone, mail or staff code; None if none does."""
    if rules.is_phone(text):
        row = Row.objects.filter(phone_index=index("phone", rules.check_phone(text))).first()
    elif rules.is_mail(text):
        row = Row.objects.filter(mail_index=index("mail", rules.check_mail(text))).first()
    else:
        row = Row.objects.filter(staff=text.strip()).first()
    return account_of(row) if row else None


def contact_key(text: str) -> str:
    """Return a word for counting tries at an address: the same however the address is written."""
    if rules.is_phone(text):
        return index("phone", rules.check_phone(text))
    return index("mail", rules.check_mail(text)) if rules.is_mail(text) else text.strip()[:200]


def handle_of(account_id: uuid.UUID | str) -> str:
    """Return the word by which an account is signed in; raise AccountUnknown."""
    handle = Row.objects.filter(id=account_id).values_list("handle", flat=True).first()
    if handle is None:
        raise AccountUnknown
    return handle


def contact_of(account_id: uuid.UUID | str) -> dict[str, str]:
    """Return the phone and mail of an account in full, for sending messages and for their owner."""
    sealed = Row.objects.filter(id=account_id).values_list("contact_sealed", flat=True).first()
    return unseal(CONTACT, sealed)


def contact_of_person(id: uuid.UUID | str) -> dict[str, str]:
    """Return the phone and mail of a person in full, nothing for who has no account (one statement)."""
    return _contact(OF_PERSON, id)


def contact_of_company(id: uuid.UUID | str) -> dict[str, str]:
    """Return the phone and mail of a company's legal representative in full (one statement)."""
    return _contact(OF_COMPANY, id)


def _contact(query: str, id: uuid.UUID | str) -> dict[str, str]:
    try:
        found = statements.one(query, [uuid.UUID(str(id))])
    except ValueError:  # one that is no UUID names nobody
        return {}
    return unseal(CONTACT, found[0]) if found else {}


def kept_form(
    id: uuid.UUID | str, *, account_id: uuid.UUID, at: dt.datetime
) -> tuple[str, dict[str, Any]] | None:
    """Return the address and the fields of a form that was kept for this account, within a day."""
    row = KeptForm.objects.filter(id=id, account=account_id, kept_at__gt=at - KEPT_FOR).first()
    return (row.path, dict(unseal(FORM, row.sealed))) if row else None


def recovery_codes_left(account_id: uuid.UUID | str) -> int:
    """Return how many recovery codes an account has not used yet."""
    from allauth.mfa.models import Authenticator

    row = Authenticator.objects.filter(user_id=account_id, type="recovery_codes").first()
    return len(row.wrap().get_unused_codes()) if row else 0


def is_demonstration() -> bool:
    """Return whether this installation shows an invented city."""
    return bool(settings.DEMONSTRATION)


def personas() -> tuple[Persona, ...]:
    """Return the invented people to sign in as: empty unless this is a demonstration."""
    if not is_demonstration():
        return ()
    posts = {post.code: post for post in government.posts()}
    staff = tuple(
        Persona(
            member.code,
            "staff",
            member.name,
            "、".join(posts[code].name for code in member.posts if code in posts),
            ", ".join(posts[code].english for code in member.posts if code in posts),
        )
        for member in government.staff()
    )
    return (*demonstration.population().personas, *staff)


def account_of(row: Row) -> Account:
    """Return the record of a row."""
    from allauth.mfa.models import Authenticator

    factors = Authenticator.objects.filter(user_id=row.id).values_list("type", flat=True)
    return Account(
        id=row.id,
        person=row.person_id,
        staff=row.staff_id,
        phone_masked=row.phone_masked,
        mail_masked=row.mail_masked,
        is_active=row.is_active,
        has_password=row.has_usable_password(),
        must_change_password=row.must_change_password,
        second_factors=tuple(sorted(factors)),
    )
