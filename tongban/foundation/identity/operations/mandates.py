"""Mandates: given by name and number, accepted or declined by the grantee, ended at once by either side."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from tongban.foundation.identity import rules
from tongban.foundation.identity.errors import MandateUnknown
from tongban.foundation.identity.events import MandateEnded, MandateGiven
from tongban.foundation.identity.models import LegalEntity
from tongban.foundation.identity.models import Mandate as Row
from tongban.foundation.identity.operations.people import register_person
from tongban.foundation.identity.queries.acting import mandate_of
from tongban.foundation.identity.queries.people import get_company, get_person
from tongban.foundation.identity.types import Company, Mandate, Person
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Conflict
from tongban.kernel.types import Actor, Subject


@transaction.atomic
def give_mandate(
    *,
    principal: Subject,
    grantee_name: str,
    grantee_number: str,
    items: Iterable[str] = (),
    until: dt.date,
    by: Actor,
    at: dt.datetime,
) -> Mandate:
    """Offer a mandate to the person of this name and number, for some items or all, until a day.

    The grantee need not have an account yet; the offer waits for them. Raises what ``check_may_give_mandate`` and
    ``register_person`` raise, and Conflict when the same offer waits already.
    """
    side = _side(principal)
    grantee = register_person(name=grantee_name, number=grantee_number, by=by, at=at)
    today = at.astimezone(SHANGHAI).date()
    rules.check_may_give_mandate(side, get_person(by.id), grantee, until=until, today=today)
    try:
        with transaction.atomic():
            row = Row.objects.create(
                company_id=side.id if isinstance(side, Company) else None,
                person_id=None if isinstance(side, Company) else side.id,
                grantee_id=grantee.id,
                items=sorted(set(items)),
                given_at=at,
                until=until,
            )
    except IntegrityError as error:
        if "mandate_open_once" not in str(error):
            raise
        raise Conflict("mandate-waits", N_("同样的委托已经在等对方接受。")) from None
    _record("identity.mandate_given", row, by, at)
    outbox.publish(MandateGiven(str(row.id), principal.kind, principal.id, str(grantee.id)), at=at)
    return mandate_of(row, at)


def _side(principal: Subject) -> Person | Company:
    return get_company(principal.id) if principal.kind == "company" else get_person(principal.id)


@transaction.atomic
def accept_mandate(*, mandate: uuid.UUID, by: Actor, at: dt.datetime) -> Mandate:
    """Accept a mandate, as its grantee; from now on one may act. Raises NotAllowed, Conflict."""
    row = _locked(mandate)
    rules.check_may_accept_mandate(mandate_of(row, at), get_person(by.id))
    row.accepted_at = at
    row.save(update_fields=["accepted_at"])
    _record("identity.mandate_accepted", row, by, at)
    return mandate_of(row, at)


@transaction.atomic
def decline_mandate(*, mandate: uuid.UUID, by: Actor, at: dt.datetime) -> Mandate:
    """Decline a mandate, as its grantee. Raises NotAllowed, Conflict."""
    row = _locked(mandate)
    rules.check_may_accept_mandate(mandate_of(row, at), get_person(by.id))
    row.declined_at = at
    row.save(update_fields=["declined_at"])
    _record("identity.mandate_declined", row, by, at)
    return mandate_of(row, at)


@transaction.atomic
def revoke_mandate(*, mandate: uuid.UUID, by: Actor, at: dt.datetime) -> Mandate:
    """End a mandate at once, as principal (取消委托) or grantee (辞去委托); 民法典第 173 条. Raises NotAllowed, Conflict."""
    row = _locked(mandate)
    known = mandate_of(row, at)
    rules.check_may_revoke_mandate(known, get_person(by.id), _side(known.principal))
    _end(row, by, at)
    return mandate_of(row, at)


def end_mandates_of(company: LegalEntity, by: Actor, at: dt.datetime) -> None:
    """End all mandates of a company, inside the act that makes them groundless."""
    for row in company.mandates.select_for_update().filter(revoked_at__isnull=True, declined_at__isnull=True):
        _end(row, by, at)


def _end(row: Row, by: Actor, at: dt.datetime) -> None:
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    _record("identity.mandate_ended", row, by, at)
    principal = _principal(row)
    outbox.publish(MandateEnded(str(row.id), principal.kind, principal.id, str(row.grantee_id)), at=at)


def _locked(mandate: uuid.UUID) -> Row:
    row = Row.objects.select_for_update().filter(id=mandate).first()
    if row is None:
        raise MandateUnknown
    return row


def _record(act: str, row: Row, by: Actor, at: dt.datetime) -> None:
    detail = {
        "mandate": str(row.id),
        "grantee": Subject("person", str(row.grantee_id)),
        "items": row.items,
        "until": row.until.isoformat(),
    }
    ledger.record(act=act, subject=_principal(row), by=by, at=at, detail=detail)


def _principal(row: Row) -> Subject:
    return (
        Subject("company", str(row.company_id)) if row.company_id else Subject("person", str(row.person_id))
    )
