"""Accounts: opened with a confirmed phone or mail, their password, what their sessions leave behind."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from tongban.foundation.identity import adapters, letters, rules
from tongban.foundation.identity.errors import AccountUnknown, ContactTaken
from tongban.foundation.identity.models import Account as Row
from tongban.foundation.identity.models import KeptForm
from tongban.foundation.identity.operations.sending import warn
from tongban.foundation.identity.operations.tokens import leave_systems
from tongban.foundation.identity.queries.accounts import KEPT_FOR, account_of
from tongban.foundation.identity.sealing import seal
from tongban.foundation.identity.types import Account
from tongban.foundation.identity.unsealing import CONTACT, FORM, PERSON, index, unseal
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.messages import operations as messages
from tongban.kernel.types import Actor, Subject

MOST_KEPT = 100_000
"""Bytes of a form that are kept when a session ends; files are not."""


@transaction.atomic
def open_account(
    *,
    phone: str | None = None,
    mail: str | None = None,
    password: str | None = None,
    by: Actor,
    at: dt.datetime,
) -> Account:
    """Open an account for whoever has confirmed this phone or mail. Raises ContactTaken, Invalid."""
    row = Row(handle=f"u{secrets.token_hex(12)}", opened_at=at)
    row.set_unusable_password()
    _set_contact(row, phone=phone, mail=mail)
    if password is not None:
        _check_password(row, password)
        row.set_password(password)
    _save(row)
    ledger.record(act="identity.account_opened", subject=Subject("account", str(row.id)), by=by, at=at)
    return account_of(row)


@transaction.atomic
def change_contact(
    *, account: uuid.UUID, phone: str | None = None, mail: str | None = None, by: Actor, at: dt.datetime
) -> Account:
    """Give an account another phone or mail, which its owner has confirmed. Raises ContactTaken, Invalid."""
    row = _locked(account)
    warn(row.id, letters.CONTACT, at)  # to where they could be reached until now
    _set_contact(row, phone=phone, mail=mail)
    _save(row)
    detail = {"changed": [name for name, value in (("phone", phone), ("mail", mail)) if value]}
    ledger.record(
        act="identity.contact_changed", subject=Subject("account", str(row.id)), by=by, at=at, detail=detail
    )
    return account_of(row)


def _set_contact(row: Row, *, phone: str | None, mail: str | None) -> None:
    contact = unseal(CONTACT, row.contact_sealed)
    if phone:
        contact["phone"] = phone = rules.check_phone(phone)
        row.phone_index, row.phone_masked = index("phone", phone), rules.mask_phone(phone)
    if mail:
        contact["mail"] = mail = rules.check_mail(mail)
        row.mail_index, row.mail_masked = index("mail", mail), rules.mask_mail(mail)
    row.contact_sealed = seal(CONTACT, contact) if contact else None


def _save(row: Row) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "account_phone_once" in str(error) or "account_mail_once" in str(error):
            raise ContactTaken from None
        raise


@transaction.atomic
def set_password(*, account: uuid.UUID, password: str, by: Actor, at: dt.datetime) -> None:
    """Give an account a new password; raises Invalid when it is short, leaked or one's own number."""
    row = _locked(account)
    _check_password(row, password)
    row.set_password(password)
    row.must_change_password = False
    row.save(update_fields=["password", "must_change_password"])
    ledger.record(act="identity.password_set", subject=Subject("account", str(row.id)), by=by, at=at)
    warn(row.id, letters.PASSWORD, at)


def _check_password(row: Row, password: str) -> None:
    own = [row.handle, *unseal(CONTACT, row.contact_sealed).values()]
    if row.person_id:
        own += unseal(PERSON, row.person.sealed).values()
    rules.check_password(password, seen=adapters.breached().seen(password), own=own)


@transaction.atomic
def close_account(*, account: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """Close an account: nobody signs in with it again. The person and their cases stay."""
    row = _locked(account)
    row.is_active = False
    row.save(update_fields=["is_active"])
    leave_systems(account=row.id, by=by, at=at)
    ledger.record(act="identity.account_closed", subject=Subject("account", str(row.id)), by=by, at=at)


@transaction.atomic
def end_sessions(*, account: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """End all sessions of an account that began before this moment, here and in other systems."""
    row = _locked(account)
    row.sessions_since = at
    row.save(update_fields=["sessions_since"])
    leave_systems(account=row.id, by=by, at=at)
    ledger.record(act="identity.sessions_ended", subject=Subject("account", str(row.id)), by=by, at=at)


@transaction.atomic
def record_sign_in(*, account: uuid.UUID, method: str, address: str = "", by: Actor, at: dt.datetime) -> None:
    """Record that somebody signed in, by which method, from which address."""
    detail = {"method": method, "address": address}
    ledger.record(
        act="identity.signed_in", subject=Subject("account", str(account)), by=by, at=at, detail=detail
    )


@transaction.atomic
def record_sign_out(*, account: uuid.UUID, reason: str, by: Actor, at: dt.datetime) -> None:
    """Record that somebody signed out (``asked``) or was signed out (``idle``)."""
    subject = Subject("account", str(account))
    ledger.record(act="identity.signed_out", subject=subject, by=by, at=at, detail={"reason": reason})


@transaction.atomic
def record_lock_out(*, account: uuid.UUID, address: str, by: Actor, at: dt.datetime) -> None:
    """Record that nobody gets in with a password for a while, because too many were tried; tell the owner.

    The officer who lifts it is told which member of staff it is; of all others nobody.
    """
    subject = Subject("account", str(account))
    staff = Row.objects.filter(id=account).values_list("staff_id", flat=True).first() or ""
    detail = {"address": address, "staff": staff}
    ledger.record(act="identity.locked_out", subject=subject, by=by, at=at, detail=detail)
    messages.send(to=subject, template=letters.LOCKED_OUT.code, values={}, at=at)


@transaction.atomic
def record_second_factor(*, account: uuid.UUID, kind: str, added: bool, by: Actor, at: dt.datetime) -> None:
    """Record that an account got or lost a second factor."""
    act = "identity.second_factor_added" if added else "identity.second_factor_removed"
    ledger.record(act=act, subject=Subject("account", str(account)), by=by, at=at, detail={"kind": kind})
    warn(account, letters.FACTOR_ADDED if added else letters.FACTOR_REMOVED, at)


@transaction.atomic
def keep_form(
    *, account: uuid.UUID, path: str, fields: Mapping[str, list[str]], by: Actor, at: dt.datetime
) -> uuid.UUID | None:
    """Keep what somebody had typed when their session ended, for a day; return its id, None when too much."""
    blob = seal(FORM, dict(fields))
    if len(blob) > MOST_KEPT:
        return None
    KeptForm.objects.filter(kept_at__lte=at - KEPT_FOR).delete()
    row = KeptForm.objects.create(account_id=account, path=path[:500], sealed=blob, kept_at=at)
    ledger.record(act="identity.form_kept", subject=Subject("account", str(account)), by=by, at=at)
    return row.id


@transaction.atomic
def take_kept_form(*, id: uuid.UUID, account: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """Forget a kept form, once it is back with its owner."""
    gone, _ = KeptForm.objects.filter(id=id, account=account).delete()
    if gone:
        ledger.record(act="identity.form_taken", subject=Subject("account", str(account)), by=by, at=at)


def _locked(account: uuid.UUID) -> Row:
    row = Row.objects.select_for_update().filter(id=account).first()
    if row is None:
        raise AccountUnknown
    return row
