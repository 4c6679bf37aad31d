"""A district's own terms laid over the city's: pure.

They may only be better for the applicant: the check of a pack refuses worse ones, and the equality report
(``equality.py``) looks again every night.
"""

from __future__ import annotations

from collections.abc import Iterator

from tongban.services.catalogue.types import Fee, Item, Limit, Material, Place, Variant


def effective(item: Item, district: str | None) -> Item:
    """Return the item as it is handled in a district (six-digit code); without a variant, as the city's."""
    variant = item.variants.get(district or "")
    if variant is None:
        return item
    return item.model_copy(update=dict(_differences(item, variant)))


def _differences(item: Item, variant: Variant) -> Iterator[tuple[str, object]]:
    if variant.promise_days is not None:
        yield "promise", _promise(item, variant.promise_days)
    if variant.visits is not None:
        yield "visits", item.visits[: variant.visits]
        if variant.visits == 0:
            yield "visits_why", None
    if variant.fee_free:
        yield "fee", Fee(charged=False, note=variant.note)
    if variant.not_asked:
        yield "materials", _materials(item, variant)
    for name in ("enquiry_phone", "complaint_phone", "hours"):
        if value := getattr(variant, name):
            yield name, value
    if variant.place:
        yield "places", (Place(name=variant.place, hours=variant.hours), *item.places)


def _promise(item: Item, days: int) -> Limit:
    if item.promise:
        return item.promise.model_copy(update={"days": days})
    return Limit(days=days, unit=item.statutory.unit) if item.statutory else Limit(days=days)


def _materials(item: Item, variant: Variant) -> tuple[Material, ...]:
    return tuple(material for material in item.materials if material.code not in variant.not_asked)
