"""Papers as files: any kind drawn from its values, and the sealed page of a licence."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from tongban.foundation.documents import queries as files
from tongban.kernel import clock
from tongban.kernel.types import Actor
from tongban.services.licences.documents import draw
from tongban.services.licences.errors import NotYetSealed
from tongban.services.licences.queries.records import get_licence
from tongban.services.licences.standing import check_may_see
from tongban.services.licences.types import Kind


def render(kind: Kind | str, values: Mapping[str, object], *, at: dt.datetime | None = None) -> bytes:
    """Return a paper as one PDF/A-2b file without a seal; ``documents/values.py`` says what each kind needs."""
    return draw(Kind(kind), values, at=at or clock.now())


def pdf(id: uuid.UUID, *, by: Actor, purpose: str, at: dt.datetime | None = None) -> bytes:
    """Return the sealed page of a licence to its holder, who acts for them, or its body; the reading is recorded.

    Raises LicenceUnknown (also for somebody else's), NotYetSealed.
    """
    moment = at or clock.now()
    licence = get_licence(id, at=moment)
    check_may_see(by, licence.holder, licence.department, licence.district, moment)
    if licence.document is None:
        raise NotYetSealed
    data: bytes = files.read(licence.document, by=by, purpose=purpose, at=moment)
    return data
