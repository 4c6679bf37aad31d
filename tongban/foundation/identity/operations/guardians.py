"""Guardianship: taken from the population register when a parent asks, ended there and here."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from tongban.foundation.identity import adapters, rules
from tongban.foundation.identity.errors import NotGuardian, PersonUnknown
from tongban.foundation.identity.models import Guardianship, NaturalPerson
from tongban.foundation.identity.operations.people import register_person
from tongban.foundation.identity.queries.people import get_person
from tongban.foundation.identity.types import Person
from tongban.foundation.identity.unsealing import PERSON, unseal
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import Actor, Subject

REGISTER = "人口库"


@transaction.atomic
def confirm_wards(*, guardian: uuid.UUID, by: Actor, at: dt.datetime) -> tuple[Person, ...]:
    """Take over from the register which children somebody is the guardian of, and return them (民法典第 27 条).

    What the register no longer says ends. Raises NotGuardian when it names no child under age.
    """
    row = NaturalPerson.objects.select_for_update().filter(id=guardian).first()
    if row is None:
        raise PersonUnknown
    who, today = get_person(guardian), at.astimezone(SHANGHAI).date()
    known = adapters.registers().person(unseal(PERSON, row.sealed)["number"])
    children = [
        child
        for name, number in (known.wards if known else ())
        if rules.can_guard(who, child := register_person(name=name, number=number, by=by, at=at), today=today)
    ]
    _end_others(row, children, today)
    if not children:
        raise NotGuardian
    for child in children:
        _keep(row, child, by, at)
    return tuple(children)


def _keep(guardian: NaturalPerson, child: Person, by: Actor, at: dt.datetime) -> None:
    _, made = Guardianship.objects.get_or_create(
        guardian=guardian,
        ward_id=child.id,
        ended_on=None,
        defaults={"confirmed_at": at, "register": REGISTER},
    )
    if made:
        detail = {"guardian": Subject("person", str(guardian.id)), "register": REGISTER}
        subject = Subject("person", str(child.id))
        ledger.record(act="identity.guardian_confirmed", subject=subject, by=by, at=at, detail=detail)


def _end_others(guardian: NaturalPerson, children: list[Person], today: dt.date) -> None:
    standing = Guardianship.objects.filter(guardian=guardian, ended_on__isnull=True)
    standing.exclude(ward__in=[child.id for child in children]).update(ended_on=today)
