"""What became of a grant, as the ledger has it: given, renewed, narrowed, reduced, ended, each with who, when and why."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from tongban.datahub.resources import models
from tongban.datahub.resources.types import RequestAct
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.ledger.types import Entry
from tongban.kernel.types import SYSTEM, Subject

ACTS = "data.grant_"
GIVING = (f"{ACTS}given", f"{ACTS}renewed")


@dataclass(frozen=True, slots=True)
class GrantAct:
    """One act on a grant: given, renewed, narrowed, reduced, revoked or expired; ``taken`` are the fields that it lost."""

    act: str
    at: dt.datetime
    by: str
    """Empty where the program did it, or the lists answered."""
    why: str
    taken: tuple[str, ...]
    per_day: int | None
    per_day_before: int | None
    until: dt.date | None


def grant_acts(grant_id: uuid.UUID) -> tuple[GrantAct, ...]:
    """Return what was done with a grant, in order; without what was taken out of the ledger after its years."""
    of_grant = Q(request__grant=grant_id) | Q(request__renews=grant_id)
    answers = models.Note.objects.filter(of_grant, act=RequestAct.GRANT.value, by_kind=SYSTEM.kind)
    by_lists = frozenset(answers.values_list("at", flat=True))
    before: Mapping[str, Any] = {}
    found: list[GrantAct] = []
    for entry in reversed(ledger.entries(Subject("data-grant", str(grant_id)))):
        said: Mapping[str, Any] = entry.detail
        if entry.act.startswith(ACTS) and "fields" in said:
            found.append(_act(entry, said, before, entry.act in GIVING and entry.at in by_lists))
            before = said
    return tuple(found)


def _act(entry: Entry, said: Mapping[str, Any], before: Mapping[str, Any], by_lists: bool) -> GrantAct:
    return GrantAct(
        act=entry.act.removeprefix(ACTS),
        at=entry.at,
        by="" if by_lists or entry.by.kind == SYSTEM.kind else entry.by.name or entry.by.id,
        why=str(said.get("why", "")),
        taken=tuple(one for one in before.get("fields", ()) if one not in said["fields"]),
        per_day=said.get("per_day"),
        per_day_before=before.get("per_day"),
        until=dt.date.fromisoformat(said["until"]) if said.get("until") else None,
    )
