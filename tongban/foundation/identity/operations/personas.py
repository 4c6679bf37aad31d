"""The invented people of the demonstration get an account when somebody first signs in as one of them."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from tongban.foundation.government import queries as government
from tongban.foundation.identity.adapters import demonstration
from tongban.foundation.identity.models import Account as Row
from tongban.foundation.identity.operations.accounts import open_account
from tongban.foundation.identity.operations.companies import bind_company
from tongban.foundation.identity.operations.guardians import confirm_wards
from tongban.foundation.identity.operations.mandates import accept_mandate, give_mandate
from tongban.foundation.identity.operations.people import confirm_real_name
from tongban.foundation.identity.queries.accounts import account_of, is_demonstration
from tongban.foundation.identity.queries.acting import mandates_of
from tongban.foundation.identity.queries.people import find_company, get_person
from tongban.foundation.identity.types import Account, Person
from tongban.foundation.identity.unsealing import index
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.errors import N_, NotAllowed, NotFound
from tongban.kernel.types import Actor, Subject

TURN = 0x7065_7273  # any constant of our own


def _wait_for_turn() -> None:
    """Let one be settled at a time: two who come in as the same persona for the first time find one account."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


@transaction.atomic
def settle_persona(*, code: str, by: Actor, at: dt.datetime) -> Person:
    """Make the account of an invented person, their companies and children; return who was settled already.

    Raises NotAllowed outside of a demonstration.
    """
    _require_demonstration()
    _wait_for_turn()
    citizen = demonstration.population().citizens.get(code)
    if citizen is None:
        raise NotFound("persona-unknown", N_("没有这个演示人物。"))
    row = Row.objects.filter(phone_index=index("phone", citizen.phone)).first()
    if row is not None and row.person_id:
        return get_person(row.person_id)
    account = open_account(phone=citizen.phone, mail=citizen.mail, by=by, at=at)
    Row.objects.filter(id=account.id).update(is_demonstration=True)
    person = confirm_real_name(account=account.id, name=citizen.name, number=citizen.number, by=by, at=at)
    for firm in demonstration.population().firms.values():
        if firm.representative == code and not firm.dissolved_on:
            bind_company(person=person.id, credit_code=firm.credit_code, by=person.actor, at=at)
    if citizen.wards:
        confirm_wards(guardian=person.id, by=person.actor, at=at)
    return get_person(person.id)


@transaction.atomic
def enter_as_persona(*, code: str, by: Actor, at: dt.datetime) -> Account:
    """Return the account of an invented person or member of staff, made now if need be, for signing in as them."""
    _require_demonstration()
    _wait_for_turn()
    if government.find_staff(code) is not None:
        row, _ = Row.objects.get_or_create(
            staff_id=code, defaults={"handle": code, "opened_at": at, "is_demonstration": True}
        )
    else:
        person = settle_persona(code=code, by=by, at=at)
        _give_mandates(code, by, at)
        row = Row.objects.get(person=person.id)
    subject = Subject("account", str(row.id))
    ledger.record(act="identity.persona_entered", subject=subject, by=by, at=at, detail={"persona": code})
    return account_of(row)


def _give_mandates(code: str, by: Actor, at: dt.datetime) -> None:
    """Give and accept the mandates that this persona takes part in, the first time."""
    everyone = demonstration.population()
    for principal, grantee in demonstration.MANDATES:
        firm = everyone.firms.get(principal)
        giver_code = firm.representative if firm else principal
        if code not in (giver_code, grantee):
            continue
        giver, agent = (settle_persona(code=one, by=by, at=at) for one in (giver_code, grantee))
        company = find_company(firm.credit_code) if firm else None
        subject = company.subject if company else giver.subject
        if any(one.principal == subject for one in mandates_of(agent.id, at=at)):
            continue
        citizen = everyone.citizens[grantee]
        mandate = give_mandate(
            principal=subject, grantee_name=citizen.name, grantee_number=citizen.number,
            until=at.date() + dt.timedelta(days=365), by=giver.actor, at=at,
        )  # fmt: skip
        accept_mandate(mandate=mandate.id, by=agent.actor, at=at)


def _require_demonstration() -> None:
    if not is_demonstration():
        raise NotAllowed("not-a-demonstration", N_("只有演示城市才有演示人物。"))
