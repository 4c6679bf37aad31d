"""What is shared of a licence: for its holder, and for whoever was given the code."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.foundation.trust import queries as trusted
from tongban.kernel import clock
from tongban.kernel.types import Actor, Subject
from tongban.services.licences import models, unsealing
from tongban.services.licences.errors import SharingOver
from tongban.services.licences.queries.records import get_licence
from tongban.services.licences.queries.verifying import shown_of
from tongban.services.licences.rules import sharing as rules
from tongban.services.licences.standing import check_may_see
from tongban.services.licences.types import Licence, Shared, Sharing


def own_licence(id: uuid.UUID, *, by: Actor, at: dt.datetime) -> Licence:
    """Return a licence to its holder, who acts for them, or its body; raise LicenceUnknown also for another's."""
    found = get_licence(id, at=at)
    check_may_see(by, found.holder, found.department, found.district, at)
    return found


def sharings_of(id: uuid.UUID, *, by: Actor, at: dt.datetime) -> tuple[Sharing, ...]:
    """Return the sharings of a licence that still show it, newest first; raise LicenceUnknown."""
    own_licence(id, by=by, at=at)
    rows = models.Sharing.objects.filter(licence_id=id, ends_at__gt=at).order_by("-made_at", "-id")
    return tuple(Sharing(row.id, row.licence_id, row.purpose, row.made_at, row.ends_at) for row in rows)


def names_held(holder: Subject) -> dict[uuid.UUID, str]:
    """Return what a holder's licences are called, by id, replaced ones too: what was shown stays shown."""
    rows = models.Licence.objects.filter(holder_kind=holder.kind, holder_id=holder.id)
    return dict(rows.values_list("id", "name"))


def shared(code: str, *, at: dt.datetime | None = None) -> Shared:
    """Return what a code shows; raise SharingOver when it shows nothing, or nothing any more.

    Who shows it to somebody uses ``operations.show_shared``: the holder sees who looked.
    """
    return shared_row(code, at=at or clock.now())[1]


def shared_row(code: str, *, at: dt.datetime) -> tuple[models.Sharing, Shared]:
    """Return what a code shows, and the sharing that it belongs to; within this package."""
    digest = trusted.keyed_digest(rules.PURPOSE, rules.plain(code).encode())
    row = models.Sharing.objects.filter(code=digest, ends_at__gt=at).select_related("licence").first()
    if row is None:
        raise SharingOver
    licence = row.licence
    return row, Shared(
        shown_of(licence, at), unsealing.open_name(licence.holder_name), unsealing.open_face(licence.face),
        row.purpose, row.ends_at,
    )  # fmt: skip
