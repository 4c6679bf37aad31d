"""Who takes part, with which keys, and what is offered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tongban.datahub.exchange import known, models
from tongban.datahub.exchange.errors import Fault
from tongban.datahub.exchange.providers import gates
from tongban.datahub.exchange.rules import protocol
from tongban.datahub.exchange.types import Outcome, Service, Subsystem, SubsystemKey

find_service = known.find_service
bulkheads = gates.bulkheads
circuits = gates.circuits


def service_at(path: str) -> tuple[str, str] | None:
    """Return provider and code of the service that an address names, None when nobody has published it."""
    try:
        provider, code, _ = protocol.address_of(path)
    except Fault:
        return None
    return (provider, code) if known.is_kept(provider, code) else None


def subsystems() -> tuple[Subsystem, ...]:
    """Return all subsystems by code."""
    rows = models.Subsystem.objects.order_by("code")
    return tuple(Subsystem(row.code, row.name, row.registered_at) for row in rows)


def keys_of(subsystem: str) -> tuple[SubsystemKey, ...]:
    """Return a subsystem's keys, the newest first, revoked ones too."""
    rows = models.Key.objects.filter(subsystem_id=subsystem).order_by("-number")
    return tuple(key_of(row) for row in rows)


def key_outcome(number: int, at: dt.datetime) -> Outcome:
    """Return what is found of a key with every request that no statement authorises: revoked, past its last day, good."""
    row = models.Key.objects.filter(number=number).only("revoked_at", "valid_until").get()
    if row.revoked_at is not None:
        return Outcome.KEY_REVOKED
    return Outcome.KEY_EXPIRED if row.valid_until <= at else Outcome.AUTHORISED


def services(provider: str = "") -> tuple[Service, ...]:
    """Return what is offered, by all or by one provider."""
    rows = models.Service.objects.order_by("provider_id", "code")
    return tuple(known.service_of(row) for row in (rows.filter(provider_id=provider) if provider else rows))


def resources_given(provider: str) -> dict[str, str]:
    """Return the codes of a provider's services, each with the code of the resource that it gives."""
    return dict(models.Service.objects.filter(provider_id=provider).values_list("code", "resource"))


def find_services(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Service]:
    """Return those services that are offered, by provider and code (one statement)."""
    keys = set(wanted)
    rows = models.Service.objects.filter(
        provider_id__in={provider for provider, _ in keys}, code__in={code for _, code in keys}
    )
    found = {(row.provider_id, row.code): row for row in rows}
    return {key: known.service_of(found[key]) for key in keys if key in found}


def key_of(row: models.Key) -> SubsystemKey:
    """Return a key's row as others see it."""
    return SubsystemKey(
        id=row.id,
        subsystem=row.subsystem_id,
        algorithm=row.algorithm,
        public=bytes(row.public),
        registered_at=row.registered_at,
        registered_by=row.registered_by,
        revoked_at=row.revoked_at,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
