"""Rows of people and companies by id; within an act of one reading each is read once, however often it is asked for."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from tongban.foundation.identity.models import LegalEntity
from tongban.foundation.statements import queries as statements

P = ParamSpec("P")
T = TypeVar("T")
PERSON = """
SELECT p.id, p.sealed, p.masked_name, p.masked_number, p.birth_on, p.sex, p.verified_at, p.died_on,
    a.id, a.phone_masked, a.mail_masked, a.contact_sealed
FROM identity_naturalperson p LEFT JOIN identity_account a ON a.person_id = p.id WHERE p.id = %s
"""
OF_PERSON = 8
"""The first columns; the others are the account's."""


@dataclass(frozen=True, slots=True)
class HeldAccount:
    """What is known of somebody by their account; the attributes have the names of the model's."""

    id: uuid.UUID
    phone_masked: str
    mail_masked: str
    contact_sealed: bytes | None


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """A person as read, with the account if there is one; the attributes have the names of the model's."""

    id: uuid.UUID
    sealed: bytes
    masked_name: str
    masked_number: str
    birth_on: dt.date
    sex: str
    verified_at: dt.datetime | None
    died_on: dt.date | None
    account: HeldAccount | None


_read: ContextVar[dict[tuple[str, uuid.UUID], Any] | None] = ContextVar("read", default=None)


def of_one_reading(act: Callable[P, T]) -> Callable[P, T]:
    """Have an act that asks for the same people and companies several times read each once. It changes none of them."""

    @wraps(act)
    def done(*args: P.args, **more: P.kwargs) -> T:
        token = _read.set({})
        try:
            return act(*args, **more)
        finally:
            _read.reset(token)

    return done


def is_of_one_reading() -> bool:
    """Return whether what is read now is remembered until the act ends."""
    return _read.get() is not None


def company_row(id: uuid.UUID | str) -> LegalEntity | None:
    """Return the row of a company, None if there is none."""
    return _once("company", as_id(id), _company)


def person_row(id: uuid.UUID | str) -> HeldPerson | None:
    """Return a person with the account, None if there is no such person."""
    return _once("person", as_id(id), _person)


def _once(kind: str, id: uuid.UUID, read: Callable[[uuid.UUID], T | None]) -> T | None:
    known = _read.get()
    if known is None:
        return read(id)
    if (kind, id) not in known:
        known[kind, id] = read(id)
    found: T | None = known[kind, id]
    return found


def _company(id: uuid.UUID) -> LegalEntity | None:
    return statements.fetch_one(LegalEntity, "WHERE id = %s", [id])


def _person(id: uuid.UUID) -> HeldPerson | None:
    found = statements.one(PERSON, [id])
    if found is None:
        return None
    account = HeldAccount(*found[OF_PERSON:]) if found[OF_PERSON] else None
    values = [*found[:OF_PERSON], account]
    return HeldPerson(*values)


def as_id(id: uuid.UUID | str) -> uuid.UUID:
    """Return the id; one that is no UUID names nobody."""
    try:
        return id if isinstance(id, uuid.UUID) else uuid.UUID(id)
    except ValueError:
        return uuid.UUID(int=0)
