"""In which roles somebody meets a licence: rights come from posts in the body that issued it."""

from __future__ import annotations

from datetime import datetime

from tongban.foundation.identity import queries as identity
from tongban.kernel.types import Actor
from tongban.services.licences.types import Role

DECIDING = frozenset({"decide", "head"})


def roles_of(by: Actor, department: str, at: datetime) -> frozenset[Role]:
    """Return the roles of an actor towards a licence of this department; nobody has none."""
    if by.kind == "system":
        return frozenset({Role.SYSTEM})
    if by.kind != "staff":
        return frozenset()
    posts = identity.staff_access(by.id, at=at).posts
    held = {str(duty) for post in posts if post.department == department for duty in post.may}
    return frozenset({Role.DECIDER}) if held & DECIDING else frozenset()
