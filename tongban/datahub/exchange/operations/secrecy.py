"""Keeping calls from the person they are about, as long as a law says so: begin, extend, confirm, lift."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import IntegrityError, transaction

from tongban.datahub.exchange import models
from tongban.datahub.exchange.errors import KeptAlready, SecrecyUnknown
from tongban.datahub.exchange.rules import secrecy as rules
from tongban.datahub.exchange.rules.protocol import member_of
from tongban.datahub.resources import queries as resources
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import Actor, Subject


@transaction.atomic
def keep_secret(
    *, grant: uuid.UUID, law: str, reason: str, until: dt.date, by: Actor, at: dt.datetime
) -> uuid.UUID:
    """Keep the calls under a grant from now on from the persons they are about; return the secrecy's id.

    The data authority does this. Calls made before stay visible. Args: ``law`` is a code of ``rules.secrecy.LAWS``.
    Raises NotAllowed, Invalid, GrantUnknown, KeptAlready.
    """
    resources.check_is_authority(by, at)
    today = _day(at)
    rules.check_keep(law, reason, until, today)
    found = resources.get_grant(grant)
    row = models.Secrecy(
        grant=grant, consumer=found.consumer, provider=found.provider, service=found.service, law=rules.LAWS[law].words,
        reason=reason.strip(), since=at, until=until, confirmed_until=rules.longest_from(today),
    )  # fmt: skip
    models.Secrecy.objects.filter(grant=grant, ended_on=None, until__lt=today).update(ended_on=today)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "exchange_secrecy_once" not in str(error):
            raise
        raise KeptAlready from error
    _record(row, "kept_secret", reason, by, at)
    return row.id


@transaction.atomic
def extend_secrecy(*, id: uuid.UUID, until: dt.date, reason: str, by: Actor, at: dt.datetime) -> None:
    """Keep secret for longer, within what is confirmed, by the consumer's own data officer or the authority."""
    row = _running(id, at)
    resources.check_acts_for(by, member_of(row.consumer), at)
    rules.check_extend(until, row.until, reason, _day(at), row.confirmed_until)
    row.until = until
    row.save(update_fields=["until"])
    _record(row, "secrecy_extended", reason, by, at)


@transaction.atomic
def confirm_secrecy(*, id: uuid.UUID, reason: str, by: Actor, at: dt.datetime) -> dt.date:
    """Let a secrecy go on for the longest period once more, by a supervisor of another department; return until when."""
    row = _running(id, at)
    resources.check_supervises(by, member_of(row.consumer), at)
    rules.check_reason(reason)
    row.confirmed_until = rules.longest_from(max(row.confirmed_until, _day(at)))
    row.save(update_fields=["confirmed_until"])
    _record(row, "secrecy_confirmed", reason, by, at)
    return row.confirmed_until


@transaction.atomic
def lift_secrecy(*, id: uuid.UUID, reason: str, by: Actor, at: dt.datetime) -> None:
    """End a secrecy at once: the persons see the calls from now on. By the consumer's data officer or the authority."""
    row = _running(id, at)
    resources.check_acts_for(by, member_of(row.consumer), at)
    rules.check_reason(reason)
    row.ended_on = _day(at)
    row.save(update_fields=["ended_on"])
    _record(row, "secrecy_lifted", reason, by, at)


def _running(id: uuid.UUID, at: dt.datetime) -> models.Secrecy:
    row = models.Secrecy.objects.select_for_update().filter(id=id).first()
    if row is None:
        raise SecrecyUnknown
    rules.check_runs(row.ended_on, row.until, _day(at))
    return row


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(SHANGHAI).date()


def _record(row: models.Secrecy, act: str, reason: str, by: Actor, at: dt.datetime) -> None:
    detail = {
        "grant": str(row.grant), "consumer": row.consumer, "provider": row.provider, "service": row.service,
        "law": row.law, "reason": reason, "until": row.until.isoformat(),
        "confirmed_until": row.confirmed_until.isoformat(),
    }  # fmt: skip
    subject = Subject("exchange-secrecy", str(row.id))
    ledger.record(act=f"exchange.{act}", subject=subject, by=by, at=at, detail=detail)
