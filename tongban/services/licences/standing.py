"""Who somebody is to a licence: its holder, who acts for them, an official of the body that issued it."""

from __future__ import annotations

from datetime import datetime

from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import StaffAccess
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor, Subject
from tongban.services.licences.errors import LicenceUnknown
from tongban.services.licences.types import Role

DECIDING = frozenset({"decide", "head"})


def roles_of(by: Actor, department: str, district: str, at: datetime) -> frozenset[Role]:
    """Return the roles of an actor towards a licence of this department's body in a district; nobody has none."""
    if by.kind == "system":
        return frozenset({Role.SYSTEM})
    if by.kind != "staff":
        return frozenset()
    return roles_in(identity.staff_access(by.id, at=at), department, district)


def roles_in(access: StaffAccess, department: str, district: str) -> frozenset[Role]:
    """Return the roles of a member of staff whose posts are known already."""
    posts = access.posts_for(district)
    held = {str(duty) for post in posts if post.department == department for duty in post.may}
    return frozenset({Role.DECIDER}) if held & DECIDING else frozenset()


def check_may_share(by: Actor, holder: Subject, at: datetime) -> None:
    """Raise LicenceUnknown unless it is the actor's own, or of who they act for: no office shares for them."""
    if by.kind != "person":
        raise LicenceUnknown
    check_may_see(by, holder, "", "", at)


def check_may_see(by: Actor, holder: Subject, department: str, district: str, at: datetime) -> None:
    """Raise LicenceUnknown unless it is the actor's own, of who they act for, or issued by their body."""
    if by.kind == "system" or (by.kind, by.id) == (holder.kind, holder.id):
        return
    try:
        if by.kind == "person":
            identity.acting_for(by.id, holder, at=at)
            return
        if by.kind == "staff" and department in identity.staff_access(by.id, at=at).departments_for(district):
            return
    except Failure as refused:
        raise LicenceUnknown from refused
    raise LicenceUnknown
