"""Which papers people are asked for, and by whom. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.datahub.resources.types import ItemFacts
from tongban.kernel.law import law
from tongban.services.catalogue.types import Item, ItemState


def asked_of_people(items: Iterable[Item]) -> list[tuple[str, str]]:
    """Return the (item, material) that people are asked for: of items in use, without forms."""
    return [
        (item.code, material.code)
        for item in items
        if item.state == "in_use"
        for material in item.materials
        if not material.is_form
    ]


@law("data-items-of-a-department", basis="上海市数据条例 38", says="A demand comes from what a department does by its duty: an item "
     "is of the department that handles it, and of those that handle it together with it or review it first")  # fmt: skip
def handling_of(item: Item) -> ItemFacts | None:
    """Return who handles an item, alone or with others (联办、初审), and which materials it asks for; None once it is cancelled."""
    if item.state is ItemState.CANCELLED:
        return None
    departments = frozenset((item.department, *item.joint_departments))
    return ItemFacts(departments, frozenset(material.code for material in item.materials))
