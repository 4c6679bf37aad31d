"""Reads of what is obtained: how far a case's wants are, and what came back."""

from __future__ import annotations

import datetime as dt
import json
from typing import cast

from tongban.foundation.identity import queries as identity
from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import queries as trust
from tongban.kernel.types import Subject
from tongban.services.obtaining import models
from tongban.services.obtaining.types import Answer, State, Want

PURPOSE = "obtaining.content"
ASKED = "obtaining.parameters"
HIDDEN = ("-id-number", "-phone", "-account-number")
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


def _want(row: models.Want) -> Want:
    return Want(
        row.item, row.material, row.grant, row.department, row.resource_name, State(row.state),
        tuple(row.field_names[code] for code in row.fields if code in row.field_names)
        or tuple(row.field_names.values()),
        row.exchange, row.asked_at, row.valid_until, _facts(row),
    )  # fmt: skip


def _facts(row: models.Want) -> dict[str, object]:
    """Return what an answer says of data elements; of several records nobody can tell which is meant."""
    if row.content is None or not row.elements:
        return {}
    said = json.loads(trust.decrypt(PURPOSE, bytes(row.content)))
    if len(said) != 1:
        return {}
    known = {row.elements[code]: value for code, value in said[0].items() if code in row.elements}
    return {element: value for element, value in known.items() if not element.endswith(HIDDEN)}


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
