"""Reads of bundles: as published, their history, and the figures of their reference case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from tongban.foundation.government import queries as government
from tongban.kernel.conditions import Answer
from tongban.kernel.errors import N_, Invalid, NotFound
from tongban.kernel.language import translate
from tongban.services.bundles import models, rules
from tongban.services.bundles.drawing import lanes, lanes_phone
from tongban.services.bundles.types import Bundle, BundleQuestion, Compiled, Figures, Names
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.queries import PublishedDocument
from tongban.services.catalogue.types import Item

__all__ = [
    "BundleCard", "BundleVersionCard", "PublishedBundle", "PublishedDocument", "all_bundles", "bundles_with",
    "compiled", "find_bundle", "get_bundle", "ingredients", "lanes", "lanes_phone", "list_bundles",
    "published_documents", "read_answers", "versions",
]  # fmt: skip

KEPT = 1024


@dataclass(frozen=True, slots=True)
class PublishedBundle:
    """A bundle in one of its versions, with the figures of its reference case at that time."""

    bundle: Bundle
    before: Figures | None
    after: Figures | None
    number: int
    current: int
    act: str
    published_at: datetime
    by: str
    why: str
    is_offered: bool


@dataclass(frozen=True, slots=True)
class BundleCard:
    """A bundle as a list shows it."""

    code: str
    name: str
    english: str
    plain: str
    plain_english: str
    icon: str
    themes: tuple[str, ...]
    audience: tuple[str, ...]
    lead: str
    items: tuple[str, ...]
    featured: int
    as_of: str
    before: Figures | None
    after: Figures | None


@dataclass(frozen=True, slots=True)
class BundleVersionCard:
    """One version in the list of versions."""

    number: int
    act: str
    went_back_to: int | None
    published_at: datetime
    by: str
    why: str
    revision: int
    before: Figures | None
    after: Figures | None
    is_current: bool


def get_bundle(code: str, version: int | None = None) -> PublishedBundle:
    """Return the bundle as published now, or in an older version; raise NotFound."""
    found = find_bundle(code, version)
    if found is None:
        raise NotFound("bundle-unknown", N_("没有代码为“{bundle}”的一件事。"), bundle=code)
    return found


def find_bundle(code: str, version: int | None = None) -> PublishedBundle | None:
    """Return the bundle as published now, or in an older version, if there is one."""
    row = models.Bundle.objects.filter(code=code).first()
    if row is None:
        return None
    version_id = row.version_id
    if version is not None and version != row.number:
        versions = models.BundleVersion.objects.filter(bundle=row, number=version)
        version_id = versions.values_list("id", flat=True).first()
        if version_id is None:
            return None
    bundle, before, after, number, act, at, by, why = _version(version_id)
    return PublishedBundle(bundle, before, after, number, row.number, act, at, by, why, row.is_offered)


def list_bundles(theme: str | None = None, audience: str | None = None) -> tuple[BundleCard, ...]:
    """Return the bundles that are offered: those of the home page first, in its order, then by name."""
    rows = models.Bundle.objects.filter(is_offered=True)
    if theme:
        rows = rows.filter(themes__contains=[theme])
    if audience:
        rows = rows.filter(audience__contains=[audience])
    found = rows.order_by("order_key").values_list("version_id", flat=True)
    cards = [_card(version_id) for version_id in found]
    return tuple(sorted(cards, key=lambda card: (card.featured == 0, card.featured)))


def bundles_with(item: str) -> tuple[BundleCard, ...]:
    """Return the offered bundles that an item is part of."""
    rows = models.Bundle.objects.filter(is_offered=True, items__contains=[item]).order_by("order_key")
    return tuple(_card(version_id) for version_id in rows.values_list("version_id", flat=True))


def all_bundles() -> dict[str, Bundle]:
    """Return the bundles that are offered, by code."""
    rows = models.Bundle.objects.filter(is_offered=True).order_by("order_key")
    return {code: _version(version_id)[0] for code, version_id in rows.values_list("code", "version_id")}


def versions(code: str) -> tuple[BundleVersionCard, ...]:
    """Return the versions of a bundle, newest first, each with its figures; raise NotFound."""
    current = get_bundle(code).number
    rows = models.BundleVersion.objects.filter(bundle__code=code).order_by("-number")
    return tuple(
        BundleVersionCard(
            row.number,
            row.act,
            row.went_back_to,
            row.published_at,
            row.by_name or row.by_id,
            row.why,
            row.revision_id,
            *_figures(row.figures),
            is_current=row.number == current,
        )
        for row in rows
    )


def published_documents() -> dict[str, PublishedDocument]:
    """Return what is published of every bundle, by code (one statement)."""
    rows = models.Bundle.objects.values_list("code", "number", "digest", "pack_digest", "version__document")
    return {code: PublishedDocument(*rest) for code, *rest in rows}


def read_answers(bundle: Bundle, raw: Mapping[str, str]) -> tuple[dict[str, Answer], dict[str, Invalid]]:
    """Return the answers that came as text, by question, and what is wrong with the others."""
    return rules.read_answers(bundle, raw)


def filled(
    questions: Iterable[BundleQuestion], answers: Mapping[str, Answer]
) -> dict[str, tuple[Answer, str]]:
    """Return what the answers write into the form: by data element, the value and the question's code."""
    return rules.filled(questions, answers)


def compiled(bundle: Bundle, answers: Mapping[str, Answer], language: str = "zh") -> Compiled:
    """Return what exactly applies to these answers; without any, to the bundle's reference case.

    Raises Invalid for answers the questions do not allow.
    """
    items, names = ingredients(bundle, catalogue.current_revision())
    made = rules.compile_bundle(bundle, items, answers or bundle.reference, names=names)
    return made if language == "zh" else rules.spoken(made, partial(translate, language=language))


@lru_cache(maxsize=128)
def _items(codes: tuple[str, ...], revision: int) -> dict[str, Item]:
    return catalogue.items_by_code(codes)


@lru_cache(maxsize=2)
def _names(revision: int) -> Names:
    return Names(
        elements=catalogue.elements(),
        licences=catalogue.licences(),
        departments={one.code: one for one in government.departments()},
        saving_basis=catalogue.get_city().saving_basis,
    )


def ingredients(bundle: Bundle, revision: int) -> tuple[dict[str, Item], Names]:
    """Return the items of a bundle as published, and what the compiler looks up beside them."""
    return _items(tuple(entry.item for entry in bundle.items), revision), _names(revision)


Version = tuple[Bundle, Figures | None, Figures | None, int, str, datetime, str, str]


@lru_cache(maxsize=KEPT)
def _version(id: UUID) -> Version:
    """Versions never change, so what was read of one stays true."""
    row = models.BundleVersion.objects.get(id=id)
    by = row.by_name or row.by_id
    bundle = Bundle.model_validate(row.document)
    return bundle, *_figures(row.figures), row.number, row.act, row.published_at, by, row.why


def _figures(figures: dict[str, Any] | None) -> tuple[Figures | None, Figures | None]:
    if figures is None:
        return None, None
    return Figures.model_validate(figures["before"]), Figures.model_validate(figures["after"])


def _card(version_id: UUID) -> BundleCard:
    bundle, before, after, *_ = _version(version_id)
    return BundleCard(
        code=bundle.code,
        name=bundle.name,
        english=bundle.english or "",
        plain=bundle.plain,
        plain_english=bundle.plain_english or "",
        icon=bundle.icon,
        themes=bundle.themes,
        audience=bundle.audience,
        lead=bundle.lead,
        items=tuple(entry.item for entry in bundle.items),
        featured=bundle.featured,
        as_of=bundle.as_of or "",
        before=before,
        after=after,
    )
