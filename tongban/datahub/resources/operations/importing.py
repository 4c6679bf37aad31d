"""Writes of a whole list at once: every entry judged by the rules of the desk, the good ones written in a few statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from tongban.datahub.resources import items, published, standing
from tongban.datahub.resources.access import access_of
from tongban.datahub.resources.errors import EntryUnknown, ResourceUnknown
from tongban.datahub.resources.operations.grants import enforce_negatives
from tongban.datahub.resources.operations.listing import document_of, keep_versions
from tongban.datahub.resources.operations.recording import ALONE
from tongban.datahub.resources.rules import clocks, life_cycle
from tongban.datahub.resources.rules import entries as rules
from tongban.datahub.resources.rules.columns import COLUMNS
from tongban.datahub.resources.types import (
    DataDuty,
    DataTheme,
    Demand,
    ItemFacts,
    ListKind,
    Negative,
    Origin,
    Resource,
    System,
)
from tongban.foundation.government import queries as government
from tongban.foundation.identity.types import StaffAccess
from tongban.foundation.packs.operations import put_rows
from tongban.foundation.statements import queries as statements
from tongban.kernel.digests import digest_of
from tongban.kernel.errors import N_, Failure, Invalid
from tongban.kernel.types import Actor

Entry = DataDuty | Demand | Negative | Resource


@dataclass(slots=True)
class Known:
    """What entries are judged by, read once: what stands, and what this list has added to it."""

    access: StaffAccess | None
    resources: dict[str, Resource]
    negatives: dict[str, list[Negative]]
    systems: dict[str, System]
    themes: frozenset[str]
    departments: frozenset[str]
    owners: dict[str, str]
    """Code → the department of an entry of this list that there was, also of one that was taken off."""
    services: dict[tuple[str, str], str]
    why: str
    today: dt.date
    offered: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Subsystem → its services that are published and their resources, as far as it was asked for."""
    facts: dict[str, ItemFacts | None] = field(default_factory=dict)
    """Item → who handles it, as far as it was asked for."""

    def check(self, entry: Entry) -> None:
        """Raise the failure that writing the entry at the desk would raise."""
        if not self.why.strip():
            raise Invalid("data-says-nothing", N_("要写明理由。"))
        if self.owners.get(entry.code):
            life_cycle.check_acts_for(self.access, self.owners[entry.code])
        if isinstance(entry, Negative):
            life_cycle.check_reviewed(self.access, self.why)
            rules.refuse(rules.unknown_fields(entry.fields, self._resource(entry.resource)))
            stand = {one.code: one for one in self.negatives[entry.resource]}
            life_cycle.check_new_negative(entry, stand.get(entry.code), self.today)
            return
        life_cycle.check_acts_for(self.access, entry.department)
        if entry.department not in self.departments:
            government.get_department(entry.department)  # raises
        if isinstance(entry, DataDuty):
            resource = self._resource(entry.resource)
            rules.refuse(rules.unknown_fields(entry.fields, resource))
            rules.refuse(rules.of_duty(entry, resource, self.negatives[resource.code]))
            rules.check_items(entry, self._facts_of)
        elif isinstance(entry, Demand):
            wanted = self._resource(entry.resource) if entry.resource else None
            if wanted is not None:
                rules.refuse(rules.unknown_fields(entry.fields, wanted))
            rules.refuse(rules.of_demand(entry, wanted))
        else:
            self._check_resource(entry)

    def _resource(self, code: str) -> Resource:
        if code not in self.resources:
            raise ResourceUnknown(code)
        return self.resources[code]

    def _check_resource(self, entry: Resource) -> None:
        rules.refuse(rules.of_resource(entry))
        for code, known in ((entry.system, self.systems), (entry.theme, self.themes)):
            if code not in known:
                raise EntryUnknown(code)
        others = {key: code for key, code in self.services.items() if code != entry.code}
        system = self.systems[entry.system]
        life_cycle.check_may_lie_in(self.access, entry, system, self.resources.get(entry.code))
        rules.refuse(rules.of_service(entry, system, others))
        rules.check_published(entry, system, self._offered(system.subsystem))
        self.services[system.subsystem, entry.service_code] = entry.code

    def _facts_of(self, item: str) -> ItemFacts | None:
        if item not in self.facts:
            self.facts[item] = items.facts_of(item)
        return self.facts[item]

    def _offered(self, subsystem: str) -> Mapping[str, str]:
        if subsystem not in self.offered:
            self.offered[subsystem] = published.services_of(subsystem)
        return self.offered[subsystem]


def hold_list(*, kind: ListKind) -> None:
    """Have nobody else write a list until the transaction ends: what it says is read, completed and written."""
    statements.one(ALONE, [kind.value])


@transaction.atomic
def write_list(
    *, kind: ListKind, entries: Sequence[Entry], why: str, by: Actor, at: dt.datetime
) -> dict[str, Failure]:
    """Write the entries of an imported list, each with a version of its own; return code → why one was not written.

    What is written is written together, in one transaction; nobody writes this list at the same time.
    """
    hold_list(kind=kind)
    known = _known(kind, [one.code for one in entries], why, by, at)
    good: list[Entry] = []
    refused: dict[str, Failure] = {}
    for entry in entries:
        try:
            known.check(entry)
        except Failure as failure:
            refused[entry.code] = failure
        else:
            good.append(entry)
    _put(kind, good, why, by, at)
    if good and kind in (ListKind.NEGATIVE, ListKind.RESOURCE):
        enforce_negatives(by=by, at=at)
    return refused


def _known(kind: ListKind, codes: Sequence[str], why: str, by: Actor, at: dt.datetime) -> Known:
    lists, systems = standing.lists(), {one.code: one for one in standing.listed(System)}
    negatives: dict[str, list[Negative]] = defaultdict(list)
    for one in lists.negatives:
        negatives[one.resource].append(one)
    manager: Any = standing.TABLES[kind][0]._default_manager
    rows = manager.filter(code__in=codes).values_list("code", "document__department")
    return Known(
        access=access_of(by, at), resources=dict(lists.resources), negatives=negatives, systems=systems,
        themes=frozenset(one.code for one in standing.listed(DataTheme)),
        departments=frozenset(one.code for one in government.departments()),
        owners={code: department or "" for code, department in rows},
        services={
            (systems[one.system].subsystem, one.service_code): one.code
            for one in lists.resources.values()
            if one.system in systems
        },
        why=why, today=clocks.day_of(at),
    )  # fmt: skip


def _put(kind: ListKind, entries: Sequence[Entry], why: str, by: Actor, at: dt.datetime) -> None:
    if not entries:
        return
    table = standing.TABLES[kind][0]
    manager: Any = table._default_manager
    last = manager.order_by("-position").values_list("position", flat=True).first()
    documents = {one.code: document_of(one) for one in entries}
    stand = dict(manager.filter(code__in=documents, is_current=True).values_list("code", "digest"))
    entries = [one for one in entries if stand.get(one.code) != digest_of(documents[one.code])]
    if not entries:
        return
    documents = {one.code: documents[one.code] for one in entries}
    rows = [
        table(
            code=one.code, document=documents[one.code], digest=digest_of(documents[one.code]), is_current=True,
            position=at_, **COLUMNS[kind](one),
        )
        for at_, one in enumerate(entries, start=0 if last is None else last + 1)
    ]  # fmt: skip
    put_rows(rows=rows, kept=("id", "code", "position"), by=by, at=at)
    keep_versions(kind, documents, Origin.LIST, by, at, why)
