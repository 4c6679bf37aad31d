"""What of an entry is searched, beside its document. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tongban.datahub.resources.types import (
    DataDuty,
    DataTheme,
    Demand,
    ListKind,
    Negative,
    Resource,
    System,
)


def of_system(system: System) -> dict[str, object]:
    """Return the columns of a system."""
    return {"department": system.department, "subsystem": system.subsystem}


def of_theme(theme: DataTheme) -> dict[str, object]:
    """Return the columns of a theme: none."""
    return {}


def of_resource(resource: Resource) -> dict[str, object]:
    """Return the columns of a resource."""
    return {
        "name": resource.name,
        "department": resource.department,
        "system": resource.system,
        "theme": resource.theme,
        "sharing": resource.sharing.value,
        "opening": resource.opening.value,
        "level": resource.level,
    }


def of_duty(duty: DataDuty) -> dict[str, object]:
    """Return the columns of an entry of the duty list."""
    return {"department": duty.department, "resource": duty.resource}


def of_demand(demand: Demand) -> dict[str, object]:
    """Return the columns of an entry of the demand list."""
    return {
        "department": demand.department,
        "resource": demand.resource or "",
        "item": demand.item,
        "material": demand.material,
    }


def of_negative(negative: Negative) -> dict[str, object]:
    """Return the columns of an entry of the negative list."""
    return {"resource": negative.resource}


COLUMNS: dict[ListKind, Callable[[Any], dict[str, object]]] = {
    ListKind.SYSTEM: of_system,
    ListKind.THEME: of_theme,
    ListKind.RESOURCE: of_resource,
    ListKind.DUTY: of_duty,
    ListKind.DEMAND: of_demand,
    ListKind.NEGATIVE: of_negative,
}
