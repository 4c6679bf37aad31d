"""Reads of what is obtained: how far a case's wants are, and what came back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from tongban.foundation.identity import queries as identity
from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import queries as trust
from tongban.kernel.types import Subject
from tongban.services.obtaining import models, rules
from tongban.services.obtaining.types import Answer, State, Want

PURPOSE = "obtaining.content"
ASKED = "obtaining.parameters"
OWNER = "obtaining.owner"
SAID = "obtaining.said"
HIDDEN = ("-id-number", "-phone", "-account-number")
WAITING = """
SELECT count(*), count(DISTINCT (subject_kind, subject_id)), count(DISTINCT item), min(not_before) FROM obtaining_want
WHERE provider = %s AND service = %s AND state = 'wanted' AND attempts > 0
"""
OF_SUBJECT = "WHERE subject_kind = %s AND subject_id = %s ORDER BY item, material, wanted_at, id"
NEXT = """
SELECT min(not_before) FROM obtaining_want WHERE subject_kind = %s AND subject_id = %s AND state = 'wanted'
"""
OBTAINED = "WHERE subject_kind = %s AND subject_id = %s AND content IS NOT NULL ORDER BY item, material, id"


def wants(subject: Subject) -> tuple[Want, ...]:
    """Return what is wanted for a case, whatever has become of it (one statement)."""
    rows = statements.fetch(models.Want, OF_SUBJECT, [subject.kind, subject.id])
    return tuple(_want(row) for row in rows)


def next_at(subject: Subject) -> dt.datetime | None:
    """Return when something of a case may be asked for next; None where nothing is to be asked for (one statement)."""
    found = statements.one(NEXT, [subject.kind, subject.id])
    return found[0] if found else None


def answers(subject: Subject) -> tuple[Answer, ...]:
    """Return what came back for a case and is still kept, with names and numbers masked as on every desk.

    Who may read the case is for the caller; in full they are read of the form, on record (``cases.unmask_value``).
    """
    rows = statements.fetch(models.Want, OBTAINED, [subject.kind, subject.id])
    return tuple(_answer(row) for row in rows)


def said_digest(form: Mapping[str, str], elements: tuple[str, ...]) -> str:
    """Return by what the values of some elements of a form are recognised, without being kept; empty for no elements."""
    said = {one: form.get(one, "") for one in elements}
    return trust.blind_index(SAID, json.dumps(said, sort_keys=True, ensure_ascii=False)) if elements else ""


def _want(row: models.Want) -> Want:
    records, is_own = _records(row), not row.asked_by or bool(row.owner)
    return Want(
        row.item, row.material, row.grant, row.department, row.resource_name, State(row.state),
        tuple(row.field_names[code] for code in row.fields if code in row.field_names)
        or tuple(row.field_names.values()),
        row.exchange, row.asked_at, row.valid_until, _facts(records), tuple(row.asked_by), row.said, row.tries,
        is_own, _shown(records) if is_own else {},
    )  # fmt: skip


def _records(row: models.Want) -> list[dict[str, Any]]:
    """Return the records that came back, with data elements for the names of their fields."""
    if row.content is None or not row.elements:
        return []
    said = json.loads(trust.decrypt(PURPOSE, bytes(row.content)))
    return [
        {row.elements[code]: value for code, value in one.items() if code in row.elements} for one in said
    ]


def _facts(records: list[dict[str, Any]]) -> dict[str, object]:
    """Return what an answer says of data elements; of several records nobody can tell which is meant."""
    known = records[0] if len(records) == 1 else {}
    return {element: value for element, value in known.items() if not element.endswith(HIDDEN)}


def _shown(records: list[dict[str, Any]]) -> dict[str, frozenset[str]]:
    """Return the values that records of the applicant's own have, by element, as they are compared."""
    elements = {element for one in records for element in one}
    return {
        element: frozenset(rules.normal(one[element]) for one in records if one.get(element))
        for element in elements
    }


def _answer(row: models.Want) -> Answer:
    said = json.loads(trust.decrypt(PURPOSE, bytes(cast(bytes, row.content))))
    rows = tuple(
        {
            row.field_names.get(code, code): identity.masked_value(code, str(value))
            for code, value in one.items()
        }
        for one in said
    )
    asked_at = cast(dt.datetime, row.asked_at)
    assert row.exchange is not None  # noqa: S101 - obtaining_obtained_has_exchange
    return Answer(row.item, row.material, row.department, row.resource_name, row.exchange, asked_at, rows)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a service that has not answered: papers, of how many cases and items; when it is asked next."""

    papers: int
    cases: int
    items: int
    next_at: dt.datetime | None


def waiting(provider: str, service: str) -> Waiting:
    """Return what was asked of a service and waits to be asked again (one statement)."""
    return Waiting(*(statements.one(WAITING, [provider, service]) or (0, 0, 0, None)))
