"""Codes by phone and mail: six digits, five minutes, five tries, used once; kept as a keyed digest."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets

from django.db import transaction
from django.db.models import F

from tongban.foundation.identity import rules
from tongban.foundation.identity.errors import CodeWrong
from tongban.foundation.identity.models import SignInCode
from tongban.foundation.identity.operations.sending import send_code_to
from tongban.foundation.identity.queries.accounts import is_demonstration
from tongban.foundation.identity.unsealing import index
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.types import Actor, Subject

LASTS = dt.timedelta(minutes=5)
MOST_TRIES = 5
DIGITS = 6


def _read(contact: str) -> tuple[str, str]:
    """Return the channel and the address in its one form; raise Invalid."""
    return ("mail", rules.check_mail(contact)) if "@" in contact else ("phone", rules.check_phone(contact))


@transaction.atomic
def send_code(*, contact: str, purpose: str, by: Actor, at: dt.datetime) -> str | None:
    """Send a code to a phone or mail address; the ones before it for the same purpose no longer count.

    Whether anybody has an account there is not told, and makes no difference here. Return the code in the
    demonstration only, where nothing leaves the machine; else None. Raises Invalid for what is no address.
    """
    channel, address = _read(contact)
    where = index(channel, address)
    SignInCode.objects.filter(address_index=where, purpose=purpose, used_at__isnull=True).update(
        expires_at=at
    )
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row = SignInCode(
        purpose=purpose, channel=channel, address_index=where, sent_at=at, expires_at=at + LASTS, digest=""
    )
    row.digest = _digest(row, code)
    row.save()
    send_code_to(channel=channel, address=address, code=code, minutes=LASTS.seconds // 60, at=at)
    ledger.record(
        act="identity.code_sent", subject=Subject("code", str(row.id)), by=by, at=at,
        detail={"channel": channel, "purpose": purpose},
    )  # fmt: skip
    return code if is_demonstration() else None


def redeem_code(*, contact: str, purpose: str, code: str, by: Actor, at: dt.datetime) -> str:
    """Use a code up and return the channel; raise CodeWrong whatever is wrong with it, after counting the try."""
    channel, address = _read(contact)
    if not _try(channel, address, purpose, code.strip(), at):
        raise CodeWrong
    return channel


@transaction.atomic
def _try(channel: str, address: str, purpose: str, code: str, at: dt.datetime) -> bool:
    rows = SignInCode.objects.select_for_update().filter(
        address_index=index(channel, address), purpose=purpose, used_at__isnull=True,
        expires_at__gt=at, tries__lt=MOST_TRIES,
    )  # fmt: skip
    row = rows.order_by("-sent_at").first()
    if row is None:
        return False
    if not hmac.compare_digest(row.digest, _digest(row, code)):
        SignInCode.objects.filter(id=row.id).update(tries=F("tries") + 1)
        return False
    row.used_at = at
    row.save(update_fields=["used_at"])
    return True


def _digest(row: SignInCode, code: str) -> str:
    """Return a digest that only who has our keys can compute: six digits are soon tried out."""
    return index("code", f"{row.id}:{code}")
