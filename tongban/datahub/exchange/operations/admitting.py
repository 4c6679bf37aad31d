"""Calls for metadata, each on record before it is answered: of use once, and so many a day.

They are no exchange of data, so they stand beside the records of exchanges and are counted nowhere. What was asked stays
in the ledger; the row that keeps a signature from being used again is forgotten after some weeks.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from tongban.datahub.exchange.errors import NotAuthorised, Replayed
from tongban.datahub.exchange.models import MetadataCall
from tongban.datahub.exchange.queries.registry import key_outcome
from tongban.datahub.exchange.rules import protocol
from tongban.datahub.exchange.types import Call, Outcome
from tongban.foundation.http_signatures.types import Signed
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import Actor, Subject

CALLS_A_DAY = 5000
"""Of a subsystem, as in the sandbox."""
KEPT_DAYS = 30
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def admit(call: Call, signed: Signed, *, key: int, at: dt.datetime) -> None:
    """Put a verified call for metadata on record, or raise Replayed.

    Raises NotAuthorised when the key is revoked or past its last day, or the caller is asking for another's own, which is on record too, or
    when it has asked too often today, which is not.
    """
    _check_limit(call, at)
    outcome = _outcome(call, key, at)
    _record(call, signed, key, outcome, at)
    if outcome is not Outcome.AUTHORISED:
        raise NotAuthorised(outcome, call.client, call.service_id)


def forget_metadata_calls(*, at: dt.datetime) -> int:
    """Forget whose signatures have long run out; return how many calls that were. The ledger keeps them."""
    gone, _ = MetadataCall.objects.filter(at__lt=at - dt.timedelta(days=KEPT_DAYS)).delete()
    return gone


def _check_limit(call: Call, at: dt.datetime) -> None:
    midnight = at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    if MetadataCall.objects.filter(consumer=call.client, at__gte=midnight).count() >= CALLS_A_DAY:
        raise NotAuthorised(Outcome.QUOTA_EXCEEDED, call.client, call.service_id)


def _outcome(call: Call, key: int, at: dt.datetime) -> Outcome:
    found = key_outcome(key, at)
    if found is not Outcome.AUTHORISED:
        return found
    is_anothers = call.service in protocol.OWN and call.provider != call.client
    return Outcome.ACCESS_DENIED if is_anothers else Outcome.AUTHORISED


@transaction.atomic
def _record(call: Call, signed: Signed, key: int, outcome: Outcome, at: dt.datetime) -> None:
    _use_once(call, signed, key, at)
    subject = Subject("metadata-call", str(call.number))
    detail = {"client": call.client, "service": call.service_id, "outcome": outcome.value}
    ledger.record(
        act="exchange.metadata",
        subject=subject,
        by=Actor("subsystem", call.client, call.client),
        at=at,
        detail=detail,
    )


def _use_once(call: Call, signed: Signed, key: int, at: dt.datetime) -> None:
    signed_at = EPOCH + dt.timedelta(seconds=signed.created or 0)
    values = {
        "signed_at": signed_at,
        "at": at,
        "key": key,
        "nonce": signed.nonce or "",
        "consumer": call.client,
    }
    try:
        with transaction.atomic():
            MetadataCall.objects.create(id=call.number, **values)
    except IntegrityError:
        raise Replayed from None
