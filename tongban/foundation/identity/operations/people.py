"""People: written down from a checked name and number, bound to an account, struck off."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from tongban.foundation.identity import adapters, rules
from tongban.foundation.identity.errors import (
    AccountUnknown,
    NameDiffers,
    NumberTaken,
    PersonDied,
    PersonUnknown,
)
from tongban.foundation.identity.events import PersonDied as PersonHasDied
from tongban.foundation.identity.events import RealNameConfirmed
from tongban.foundation.identity.models import Account, NaturalPerson
from tongban.foundation.identity.queries.people import person_of
from tongban.foundation.identity.sealing import seal
from tongban.foundation.identity.types import Person, RealName, ResidentId
from tongban.foundation.identity.unsealing import PERSON, index
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Conflict, Invalid
from tongban.kernel.types import Actor, Subject

LONGEST_NAME = 50


def check_with_authority(name: str, number: str, at: dt.datetime) -> tuple[str, ResidentId, RealName]:
    """Return name, number and the authority's answer; raise Invalid, NameDiffers or AuthorityAway."""
    name = " ".join(name.split())
    if not 2 <= len(name) <= LONGEST_NAME:
        raise Invalid("name-missing", N_("请填写证件上的姓名。"))
    resident = rules.check_resident_id(number, today=at.astimezone(SHANGHAI).date())
    answer = adapters.authority().check(name, resident.number)
    if not answer.matches:
        raise NameDiffers
    return name, resident, answer


@transaction.atomic
def register_person(*, name: str, number: str, by: Actor, at: dt.datetime) -> Person:
    """Write a person down whose name and number the authority confirms; return who was known already.

    Raises Invalid, NameDiffers, AuthorityAway.
    """
    name, resident, answer = check_with_authority(name, number, at)
    return person_of(_write(name, resident, answer, by, at))


def _write(name: str, resident: ResidentId, answer: RealName, by: Actor, at: dt.datetime) -> NaturalPerson:
    values = {
        "sealed": seal(PERSON, {"name": name, "number": resident.number}),
        "name_index": index("name", name),
        "masked_name": rules.mask_name(name),
        "masked_number": rules.mask_number(resident.number),
        "birth_on": resident.birth_on,
        "sex": resident.sex,
        "died_on": answer.died_on,
        "verified_at": at,
        "verified_by": answer.authority,
    }
    # One row a number, also when two ask at once: the second waits for the first and takes its row.
    row, made = NaturalPerson.objects.get_or_create(
        number_index=index("number", resident.number), defaults=values
    )
    if made:
        ledger.record(act="identity.person_registered", subject=Subject("person", str(row.id)), by=by, at=at)
    elif row.verified_at is None:
        row.verified_at, row.verified_by = at, answer.authority
        row.save(update_fields=["verified_at", "verified_by"])
    return row


@transaction.atomic
def confirm_real_name(*, account: uuid.UUID, name: str, number: str, by: Actor, at: dt.datetime) -> Person:
    """Bind an account to the person of this name and number.

    Raises Invalid, NameDiffers, AuthorityAway, PersonDied, NumberTaken (one account a person).
    """
    row = Account.objects.select_for_update().filter(id=account, staff__isnull=True).first()
    if row is None:
        raise AccountUnknown
    name, resident, answer = check_with_authority(name, number, at)
    if answer.died_on:
        raise PersonDied
    person = _write(name, resident, answer, by, at)
    if row.person_id == person.id:
        return person_of(person)
    if row.person_id:
        raise Conflict("account-bound", N_("这个账户已经实名，不能换成另一个人。"))
    if Account.objects.filter(person=person).exists():
        raise NumberTaken
    row.person = person
    row.save(update_fields=["person"])
    subject = Subject("person", str(person.id))
    detail = {"account": Subject("account", str(row.id)), "authority": answer.authority}
    ledger.record(act="identity.real_name_confirmed", subject=subject, by=by, at=at, detail=detail)
    outbox.publish(RealNameConfirmed(str(person.id), str(row.id)), at=at)
    return person_of(person)


@transaction.atomic
def record_death(*, person: uuid.UUID, died_on: dt.date, by: Actor, at: dt.datetime) -> None:
    """Write down that a person died: their account is closed, others hear of it. The same day again is no act."""
    row = NaturalPerson.objects.select_for_update().filter(id=person).first()
    if row is None:
        raise PersonUnknown
    if row.died_on == died_on:
        return
    if died_on < row.birth_on or died_on > at.astimezone(SHANGHAI).date():
        raise Invalid("death-impossible", N_("死亡日期要在出生以后、今天以前。"))
    row.died_on = died_on
    row.save(update_fields=["died_on"])
    Account.objects.filter(person=row).update(is_active=False)
    subject = Subject("person", str(row.id))
    ledger.record(
        act="identity.death_recorded", subject=subject, by=by, at=at, detail={"died_on": died_on.isoformat()}
    )
    outbox.publish(PersonHasDied(str(row.id), died_on.isoformat()), at=at)
