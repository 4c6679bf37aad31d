"""Who acts on the data hub: staff with what their posts may, or the program itself."""

from __future__ import annotations

import datetime as dt

from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.errors import N_, NotAllowed
from tongban.kernel.types import Actor


def access_of(by: Actor, at: dt.datetime) -> StaffAccess | None:
    """Return what somebody of staff may do, None for the program and who operates it; raise NotAllowed for others."""
    if by.kind in ("system", "operator"):
        return None
    if by.kind != "staff":
        raise NotAllowed("data-staff-only", N_("数据清单和数据需求由工作人员办理。"))
    return identity.staff_access(by.id, at=at)
