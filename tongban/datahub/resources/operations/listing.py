"""Writes of the catalogue and of the lists: what a pack says, and what is written at a desk between two packs.

A pack decides about an entry when it says something new about it; until then what was written at a desk stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from pydantic import BaseModel

from tongban.datahub.resources import items, models, published, standing
from tongban.datahub.resources.access import access_of
from tongban.datahub.resources.errors import (
    ChangedMeanwhile,
    CodeTaken,
    EntryUnknown,
    ResourceUnknown,
    WouldCut,
)
from tongban.datahub.resources.events import EntryChanged
from tongban.datahub.resources.operations.grants import enforce_negatives
from tongban.datahub.resources.operations.recording import BESIDE_OTHERS, ONE_AFTER_THE_OTHER
from tongban.datahub.resources.rules import clocks, entries, life_cycle
from tongban.datahub.resources.rules.columns import COLUMNS
from tongban.datahub.resources.types import (
    DataDuty,
    DataTheme,
    Demand,
    ListKind,
    Negative,
    Origin,
    Resource,
    System,
)
from tongban.foundation.government import queries as government
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.ledger.types import Act
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.packs.operations import Changes, keep_entries, put_rows
from tongban.foundation.statements import queries as statements
from tongban.kernel.digests import digest_of
from tongban.kernel.errors import N_, Conflict, Invalid
from tongban.kernel.ids import new_id
from tongban.kernel.law import law
from tongban.kernel.records import Record
from tongban.kernel.types import Actor, Subject

NAMES = {
    ListKind.SYSTEM: "systems",
    ListKind.THEME: "data_themes",
    ListKind.RESOURCE: "resources",
    ListKind.DUTY: "data_duties",
    ListKind.DEMAND: "demands",
    ListKind.NEGATIVE: "negatives",
}
GONE = ""
"""The digest of a version that says that an entry was taken off."""


@transaction.atomic
def load_data(
    *,
    systems: Iterable[System] = (),
    themes: Iterable[DataTheme] = (),
    resources: Iterable[Resource] = (),
    duties: Iterable[DataDuty] = (),
    demands: Iterable[Demand] = (),
    negatives: Iterable[Negative] = (),
    by: Actor,
    at: dt.datetime,
    why: str = "",
) -> dict[str, Changes]:
    """Make the catalogue and the lists say what the pack says, and return what changed in each.

    Grants over what the negative list forbids now are narrowed or revoked.
    """
    said: tuple[tuple[ListKind, Iterable[Record]], ...] = (
        (ListKind.SYSTEM, systems),
        (ListKind.THEME, themes),
        (ListKind.RESOURCE, resources),
        (ListKind.DUTY, duties),
        (ListKind.DEMAND, demands),
        (ListKind.NEGATIVE, negatives),
    )
    changes = {NAMES[kind]: _load(kind, tuple(records), by, at, why) for kind, records in said}
    if changes["negatives"] or changes["resources"]:
        enforce_negatives(by=by, at=at)
    return changes


def _load(kind: ListKind, records: tuple[Any, ...], by: Actor, at: dt.datetime, why: str) -> Changes:
    table, model = standing.TABLES[kind]
    documents = {record.code: document_of(record) for record in records}
    of_pack = _latest(kind, documents, Origin.PACK)
    manager: Any = table._default_manager
    now = {
        code: (model.model_validate(document), is_current)
        for code, document, is_current in manager.order_by("position", "code").values_list(
            "code", "document", "is_current"
        )
    }
    kept: list[Any] = []
    new: dict[str, dict[str, object]] = {}
    for record in records:
        if of_pack.get(record.code) == digest_of(documents[record.code]) and record.code in now:
            kept += [now[record.code][0]] if now[record.code][1] else []
        else:
            kept.append(record)
            new[record.code] = documents[record.code]
    kept += [
        entry
        for code, (entry, is_current) in now.items()
        if is_current and code not in documents and code not in of_pack
    ]
    gone = [code for code, digest in of_pack.items() if code not in documents and digest != GONE]
    changes = keep_entries(table=table, records=kept, columns=COLUMNS[kind], by=by, at=at)
    keep_versions(kind, new | dict.fromkeys(gone), Origin.PACK, by, at, why)
    return changes


def _latest(kind: ListKind, documents: Mapping[str, object], origin: Origin) -> dict[str, str]:
    """Return code → digest of the last version that came from an origin."""
    rows = models.Version.objects.filter(kind=kind.value, origin=origin.value).order_by("number")
    return dict(rows.values_list("code", "digest"))


@law("data-catalogue-kept", basis="上海市数据条例 28", says="The catalogue says of each resource where it comes from, how "
     "often it is renewed, how sensitive it is and how it is shared; every version is kept with who, when and why")  # fmt: skip
def keep_versions(
    kind: ListKind,
    documents: Mapping[str, dict[str, object] | None],
    origin: Origin,
    by: Actor,
    at: dt.datetime,
    why: str,
) -> None:
    """Keep a version of each entry, and record and tell that it changed."""
    if not documents:
        return
    numbers = dict(
        models.Version.objects.filter(kind=kind.value, code__in=list(documents))
        .order_by("number")
        .values_list("code", "number")
    )
    rows = [
        models.Version(
            id=new_id(),
            kind=kind.value,
            code=code,
            number=numbers.get(code, 0) + 1,
            origin=origin.value,
            document=document,
            digest=GONE if document is None else digest_of(document),
            at=at,
            by_kind=by.kind,
            by_id=by.id,
            by_name=by.name,
            why=why,
        )
        for code, document in documents.items()
    ]
    put_rows(rows=rows, by=by, at=at)
    ledger.record_many(acts=[_act(kind, row) for row in rows], by=by, at=at)
    events = [EntryChanged(code, kind.value, document is not None) for code, document in documents.items()]
    outbox.publish_many(events, at=at)


@transaction.atomic
def register_resource(
    *,
    resource: Resource,
    why: str,
    by: Actor,
    at: dt.datetime,
    origin: Origin = Origin.DESK,
    is_new: bool = False,
    seen: int | None = None,
) -> int:
    """Put a resource into the catalogue, or change it; return the number of the version.

    ``seen`` is the version that was changed, where somebody looked at one. Raise ChangedMeanwhile unless it is still the
    last, CodeTaken where it is said to be new and its code is another's, also of one that was taken off.
    """
    access = access_of(by, at)
    life_cycle.check_acts_for(access, resource.department)
    if is_new and models.Resource.objects.filter(code=resource.code).exists():
        raise CodeTaken(resource.code)
    entries.refuse(entries.of_resource(resource))
    government.get_department(resource.department)
    systems = {system.code: system for system in standing.listed(System)}
    if resource.system not in systems:
        raise EntryUnknown(resource.system)
    if not models.Theme.objects.filter(code=resource.theme, is_current=True).exists():
        raise EntryUnknown(resource.theme)
    system = systems[resource.system]
    before = next(iter(standing.listed(Resource, code=resource.code)), None)
    life_cycle.check_may_lie_in(access, resource, system, before)
    services = {
        (system.subsystem, one.service_code): one.code
        for one in standing.listed(Resource, system=resource.system)
        if one.code != resource.code
    }
    entries.refuse(entries.of_service(resource, system, services))
    entries.check_published(resource, system, published.services_of(system.subsystem))
    number = _write(resource, origin, why, by, at, seen)
    enforce_negatives(by=by, at=at)
    return number


@transaction.atomic
def write_duty(
    *,
    duty: DataDuty,
    why: str,
    by: Actor,
    at: dt.datetime,
    origin: Origin = Origin.DESK,
    seen: int | None = None,
) -> int:
    """Write an entry of the duty list, or change it; return the number of the version. Raise ChangedMeanwhile, as above."""
    life_cycle.check_acts_for(access_of(by, at), duty.department)
    resource = _resource(duty.resource)
    entries.refuse(entries.unknown_fields(duty.fields, resource))
    entries.refuse(entries.of_duty(duty, resource, standing.listed(Negative, resource=resource.code)))
    entries.check_items(duty, items.facts_of)
    return _write(duty, origin, why, by, at, seen)


@transaction.atomic
def list_demand(*, demand: Demand, why: str, by: Actor, at: dt.datetime, origin: Origin = Origin.DESK) -> int:
    """Write an entry of the demand list, or change it; return the number of the version. It is not stated yet."""
    life_cycle.check_acts_for(access_of(by, at), demand.department)
    government.get_department(demand.department)
    resource = _resource(demand.resource) if demand.resource else None
    if resource is not None:
        entries.refuse(entries.unknown_fields(demand.fields, resource))
    entries.refuse(entries.of_demand(demand, resource))
    return _write(demand, origin, why, by, at)


@transaction.atomic
def write_negative(
    *,
    negative: Negative,
    review: str,
    by: Actor,
    at: dt.datetime,
    origin: Origin = Origin.DESK,
    seen: int | None = None,
    cut: int | None = None,
) -> int:
    """Put an entry onto the negative list, after the review named; return the number of the version.

    Grants over what it forbids are narrowed or revoked at once. ``cut`` is of how many who writes it was told: raise
    WouldCut where they are others, ChangedMeanwhile as above.
    """
    life_cycle.check_reviewed(access_of(by, at), review)
    entries.refuse(entries.unknown_fields(negative.fields, _resource(negative.resource)))
    before = next(iter(standing.listed(Negative, code=negative.code)), None)
    life_cycle.check_new_negative(negative, before, clocks.day_of(at))
    number = _write(negative, origin, review, by, at, seen)
    touched = enforce_negatives(by=by, at=at)
    if cut is not None and touched != cut:
        raise WouldCut(touched)  # what was written and taken is undone
    return number


@transaction.atomic
def take_off(*, kind: ListKind, code: str, why: str, by: Actor, at: dt.datetime) -> None:
    """Take an entry off its list; what was granted by it stands until it ends."""
    table, model = standing.TABLES[kind]
    manager: Any = table._default_manager
    row = manager.select_for_update().filter(code=code, is_current=True).first()
    if row is None:
        raise EntryUnknown(code)
    _check_may_take_off(kind, model.model_validate(row.document), by, at)
    if not why.strip():
        raise Invalid("data-says-nothing", N_("要写明理由。"))
    manager.filter(id=row.id).update(is_current=False)
    keep_versions(kind, {code: None}, Origin.DESK, by, at, why)


def _check_may_take_off(kind: ListKind, entry: BaseModel, by: Actor, at: dt.datetime) -> None:
    access = access_of(by, at)
    if isinstance(entry, Resource | DataDuty | Demand):
        life_cycle.check_acts_for(access, entry.department)
    else:
        life_cycle.check_is_authority(access)
    if kind is ListKind.RESOURCE and isinstance(entry, Resource):
        used = models.Grant.objects.filter(resource=entry.code, state="active").count()
        if used:
            raise Conflict(
                "data-resource-in-use", N_("还有 {count} 项授权在用这项数据，不能撤下。"), count=used
            )


def _resource(code: str) -> Resource:
    found = standing.listed(Resource, code=code)
    if not found:
        raise ResourceUnknown(code)
    return found[0]


def _write(entry: Any, origin: Origin, why: str, by: Actor, at: dt.datetime, seen: int | None = None) -> int:
    kind = standing.KINDS[type(entry)]
    if not why.strip():
        raise Invalid("data-says-nothing", N_("要写明理由。"))
    table, document = standing.TABLES[kind][0], document_of(entry)
    manager: Any = table._default_manager
    # Two that write the same entry at once go one after the other, so that each has a version of its own.
    # A whole list is written alone.
    statements.one(BESIDE_OTHERS, [kind.value])
    statements.one(ONE_AFTER_THE_OTHER, [f"{kind.value} {entry.code}"])
    _refuse_taking_over(kind, entry, by, at)
    _refuse_writing_over(kind, entry.code, seen)
    last = manager.order_by("-position").values_list("position", flat=True).first()
    fields = {"document": document, "digest": digest_of(document), "is_current": True, **COLUMNS[kind](entry)}
    manager.update_or_create(
        code=entry.code,
        defaults=fields,
        create_defaults=fields | {"position": 0 if last is None else last + 1},
    )
    keep_versions(kind, {entry.code: document}, origin, by, at, why)
    return models.Version.objects.filter(kind=kind.value, code=entry.code).count()


def _refuse_taking_over(kind: ListKind, entry: Any, by: Actor, at: dt.datetime) -> None:
    """Raise NotAllowed where a code is another department's, also of an entry that was taken off."""
    table, model = standing.TABLES[kind]
    manager: Any = table._default_manager
    document = manager.select_for_update().filter(code=entry.code).values_list("document", flat=True).first()
    before = model.model_validate(document) if document else None
    if isinstance(before, Resource | DataDuty | Demand):
        life_cycle.check_acts_for(access_of(by, at), before.department)


def _refuse_writing_over(kind: ListKind, code: str, seen: int | None) -> None:
    """Raise ChangedMeanwhile where a version came after the one that was changed."""
    last = models.Version.objects.filter(kind=kind.value, code=code).order_by("-number").first()
    if seen is not None and last is not None and last.number != seen:
        raise ChangedMeanwhile(last.number, last.by_name or last.by_id, last.why)


def _act(kind: ListKind, version: models.Version) -> Act:
    subject = Subject(f"data-{kind.value}", version.code)
    if version.digest == GONE:
        return Act(f"data.{kind.value}_taken_off", subject, {"why": version.why})
    return Act(f"data.{kind.value}_written", subject, {"why": version.why, "digest": version.digest})


def document_of(record: BaseModel) -> dict[str, object]:
    """Return an entry as it is kept."""
    return record.model_dump(mode="json", exclude_defaults=True)
