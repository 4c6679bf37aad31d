"""Every read of the catalogue for outsiders: frozen records, few statements each."""

from __future__ import annotations

from tongban.services.catalogue.codes import label as code_label
from tongban.services.catalogue.queries.cards import DepartmentCard, DistrictCard, ItemCard, ThemeCard
from tongban.services.catalogue.queries.codes import (
    current_revision,
    department_cards,
    departments,
    district_cards,
    elements,
    find_theme,
    get_city,
    halls,
    licences,
    sources,
    theme_cards,
    themes,
)
from tongban.services.catalogue.queries.drafts import Draft, DraftBatch, draft_batches, drafts, known_numbers
from tongban.services.catalogue.queries.items import (
    PublishedItem,
    all_items,
    find_item,
    get_item,
    items_by_code,
)
from tongban.services.catalogue.queries.listing import count_items, list_cards, list_items
from tongban.services.catalogue.queries.terms import effective, equality, equality_reports, label
from tongban.services.catalogue.queries.versions import (
    PublishedDocument,
    VersionCard,
    changes_between,
    published_documents,
    record_changes,
    versions,
)
from tongban.services.catalogue.rules.asking import asked_of_people

__all__ = [
    "DepartmentCard",
    "DistrictCard",
    "Draft",
    "DraftBatch",
    "ItemCard",
    "PublishedDocument",
    "PublishedItem",
    "ThemeCard",
    "VersionCard",
    "all_items",
    "asked_of_people",
    "changes_between",
    "code_label",
    "count_items",
    "current_revision",
    "department_cards",
    "departments",
    "district_cards",
    "draft_batches",
    "drafts",
    "effective",
    "elements",
    "equality",
    "equality_reports",
    "find_item",
    "find_theme",
    "get_city",
    "get_item",
    "halls",
    "items_by_code",
    "known_numbers",
    "label",
    "licences",
    "list_cards",
    "list_items",
    "published_documents",
    "record_changes",
    "sources",
    "theme_cards",
    "themes",
    "versions",
]
