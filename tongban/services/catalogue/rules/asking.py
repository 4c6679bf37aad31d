"""Which papers people are asked for. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.services.catalogue.types import Item


def asked_of_people(items: Iterable[Item]) -> list[tuple[str, str]]:
    """Return the (item, material) that people are asked for: of items in use, without forms."""
    return [
        (item.code, material.code)
        for item in items
        if item.state == "in_use"
        for material in item.materials
        if not material.is_form
    ]
