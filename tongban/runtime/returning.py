"""Go back to an older version of an item or bundle: publish it, bring bundles and search up to date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongban.foundation.government import queries as government
from tongban.foundation.packs import queries as packs
from tongban.kernel.types import Actor
from tongban.runtime import indexing
from tongban.services.bundles import operations as bundles
from tongban.services.bundles import queries as published_bundles
from tongban.services.bundles.types import Names
from tongban.services.catalogue import operations as catalogue
from tongban.services.catalogue import queries as published


@dataclass(frozen=True, slots=True)
class Returned:
    """The new version's number, and whether the folder says something else."""

    number: int
    folder_differs: bool


@transaction.atomic
def return_to(code: str, to: int, *, why: str, by: Actor, at: datetime) -> Returned:
    """Publish version ``to`` of an item or bundle again, as a new version.

    Raise what the operations raise: no such item, no such version, no reason, nothing to go back to.
    """
    if published.find_item(code) is None and published_bundles.find_bundle(code) is not None:
        return _bundle(code, to, why, by, at)
    number = catalogue.go_back(code=code, to=to, why=why, by=by, at=at)
    _figures_anew(why, by, at)
    indexing.reindex([code])
    known = published.published_documents()[code]
    return Returned(number, known.digest != known.pack_digest)


def _bundle(code: str, to: int, why: str, by: Actor, at: datetime) -> Returned:
    items = published.all_items()
    number = bundles.go_back(code=code, to=to, why=why, items=items, names=_names(), by=by, at=at)
    indexing.rebuild()
    known = published_bundles.published_documents()[code]
    said = known.said(published_bundles.get_bundle(code).bundle)
    return Returned(number, said != known.pack_digest)


def _figures_anew(why: str, by: Actor, at: datetime) -> None:
    """A bundle whose figures change with the item is published anew, so that its history shows it."""
    bundles.publish_figures(
        items=published.all_items(),
        names=_names(),
        revision=packs.current_number(),
        by=by,
        at=at,
        why=why,
    )


def _names() -> Names:
    return Names(
        elements=published.elements(),
        licences=published.licences(),
        departments={department.code: department for department in government.departments()},
        saving_basis=published.get_city().saving_basis,
    )
