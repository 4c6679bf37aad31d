"""For whom a person may act, and the mandates behind it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import Q

from tongban.foundation.identity import rules
from tongban.foundation.identity.errors import MandateUnknown
from tongban.foundation.identity.models import Guardianship, LegalEntity, NaturalPerson
from tongban.foundation.identity.models import Mandate as Row
from tongban.foundation.identity.queries.held import as_id, company_row, is_of_one_reading
from tongban.foundation.identity.queries.people import person_of
from tongban.foundation.identity.rules.acting import FULL_AGE
from tongban.foundation.identity.types import ActingFor, Mandate
from tongban.foundation.identity.unsealing import PERSON, unseal
from tongban.foundation.statements import queries as statements
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import Failure
from tongban.kernel.types import Subject

MANDATES = Row.objects.select_related("company", "person", "grantee")
REPRESENTS = (
    "SELECT 1 FROM identity_legalentity WHERE id = %s::uuid AND legal_representative_id = %s::uuid"
    " AND bound_at IS NOT NULL AND dissolved_on IS NULL"
)


def acting_options(
    person_id: uuid.UUID | str, *, item: str | None = None, at: dt.datetime
) -> tuple[ActingFor, ...]:
    """Return for whom the person may act at this moment, themselves first.

    Args: ``item`` leaves out mandates that do not reach this item.
    """
    own = _own(person_id)
    if not own:
        return ()
    today = at.astimezone(SHANGHAI).date()
    found = (*own, *_companies(person_id), *_wards(person_id, today), *_mandated(person_id, today))
    return tuple(one for one in found if one.covers(item))


def acting_for(
    person_id: uuid.UUID | str, party: Subject, *, item: str | None = None, at: dt.datetime
) -> ActingFor:
    """Return by what right the person acts for the party; raise NotAllowed."""
    return rules.check_may_act(rights_for(person_id, party, at=at), party, item=item)


def rights_for(person_id: uuid.UUID | str, party: Subject, *, at: dt.datetime) -> tuple[ActingFor, ...]:
    """Return by what rights the person acts for one party at this moment: those of ``acting_options``, of it alone.

    Only what may give a right for this kind of party is asked, two statements at most.
    """
    today = at.astimezone(SHANGHAI).date()
    if party.kind == "company":
        return (*_companies(person_id, id=party.id), *_mandated(person_id, today, company=party.id))
    if party.kind != "person":
        return ()
    if party.id == str(person_id):
        return _own(person_id)
    return (*_wards(person_id, today, ward=party.id), *_mandated(person_id, today, person=party.id))


def represents(person_id: uuid.UUID | str, company_id: uuid.UUID | str) -> bool:
    """Return whether the person speaks for the company as its legal representative (民法典第 61 条): one statement."""
    if is_of_one_reading():
        row = company_row(company_id)
        speaks = row and row.bound_at and not row.dissolved_on and row.legal_representative_id
        return speaks == as_id(person_id)
    return statements.one(REPRESENTS, [str(company_id), str(person_id)]) is not None


def can_act_for(
    person_id: uuid.UUID | str, party: Subject, *, item: str | None = None, at: dt.datetime
) -> bool:
    """Return whether the person may act for the party."""
    try:
        acting_for(person_id, party, item=item, at=at)
    except Failure:
        return False
    return True


def mandates_of(person_id: uuid.UUID | str, *, at: dt.datetime) -> tuple[Mandate, ...]:
    """Return all mandates that a person gave, gave for a company, or was given, newest first."""
    involved = (
        Q(person=person_id)
        | Q(grantee=person_id)
        | Q(company__legal_representative=person_id, company__bound_at__isnull=False)
    )
    return tuple(mandate_of(row, at) for row in MANDATES.filter(involved).order_by("-given_at", "-id")[:200])


def get_mandate(id: uuid.UUID | str, *, at: dt.datetime) -> Mandate:
    """Return the mandate; raise MandateUnknown."""
    row = MANDATES.filter(id=id).first()
    if row is None:
        raise MandateUnknown
    return mandate_of(row, at)


def mandate_of(row: Row, at: dt.datetime) -> Mandate:
    """Return the record of a row as it is at a moment."""
    return Mandate(
        id=row.id,
        principal=Subject("company", str(row.company_id)) if row.company_id else _person(row.person_id),
        principal_name=row.company.name if row.company_id else person_of(row.person).name,
        grantee=row.grantee_id,
        grantee_name=person_of(row.grantee).name,
        items=tuple(row.items),
        given_at=row.given_at,
        until=row.until,
        state=rules.mandate_state(
            until=row.until,
            accepted_at=row.accepted_at,
            declined_at=row.declined_at,
            revoked_at=row.revoked_at,
            today=at.astimezone(SHANGHAI).date(),
        ),
        accepted_at=row.accepted_at,
        revoked_at=row.revoked_at,
    )


def _own(me: uuid.UUID | str) -> tuple[ActingFor, ...]:
    found = NaturalPerson.objects.filter(id=me).values_list("id", "sealed").first()
    return (ActingFor(_person(found[0]), "self", name=unseal(PERSON, found[1])["name"]),) if found else ()


def _companies(me: uuid.UUID | str, **narrowed: str) -> list[ActingFor]:
    rows = LegalEntity.objects.filter(
        legal_representative=me, bound_at__isnull=False, dissolved_on__isnull=True, **narrowed
    )
    found = rows.order_by("bound_at", "id").values_list("id", "name")
    return [ActingFor(Subject("company", str(id)), "representative", name=name) for id, name in found]


def _wards(me: uuid.UUID | str, today: dt.date, **narrowed: str) -> list[ActingFor]:
    born_after = _years_before(today, FULL_AGE)
    rows = Guardianship.objects.filter(
        guardian=me, ended_on__isnull=True, ward__birth_on__gt=born_after, ward__died_on__isnull=True,
        **narrowed,
    )  # fmt: skip
    found = rows.order_by("ward__birth_on", "id").values_list("ward_id", "ward__sealed", "ward__birth_on")
    return [
        ActingFor(
            _person(id), "guardian", name=unseal(PERSON, sealed)["name"], until=_last_day_of_minority(born)
        )
        for id, sealed, born in found
    ]


def _mandated(me: uuid.UUID | str, today: dt.date, **narrowed: str) -> list[ActingFor]:
    rows = Row.objects.filter(
        grantee=me,
        accepted_at__isnull=False,
        revoked_at__isnull=True,
        until__gte=today,
        company__dissolved_on__isnull=True,
        person__died_on__isnull=True,
        **narrowed,
    ).select_related("company", "person")
    found = []
    for row in rows.order_by("given_at", "id"):
        party = Subject("company", str(row.company_id)) if row.company_id else _person(row.person_id)
        name = row.company.name if row.company_id else unseal(PERSON, row.person.sealed)["name"]
        items = frozenset(row.items) if row.items else None
        found.append(ActingFor(party, "mandate", row.id, name, items, row.until))
    return found


def _person(id: uuid.UUID) -> Subject:
    return Subject("person", str(id))


def _years_before(today: dt.date, years: int) -> dt.date:
    """Return the last birthday of those who are of this age today."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February: who was born on the 28th is of age, who was born on the 29th tomorrow
        return today.replace(year=today.year - years, day=28)


def _last_day_of_minority(born: dt.date) -> dt.date:
    try:
        birthday = born.replace(year=born.year + FULL_AGE)
    except ValueError:
        birthday = dt.date(born.year + FULL_AGE, 3, 1)
    return birthday - dt.timedelta(days=1)
