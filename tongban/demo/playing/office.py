"""Who in the office does a step: by the duties of the posts, as the pack gives them, spread over the colleagues."""

from __future__ import annotations

from tongban.foundation.government import queries as government
from tongban.foundation.identity import queries as identity
from tongban.foundation.identity.types import May
from tongban.kernel.errors import N_, NotFound
from tongban.kernel.types import Actor

MSG_NOBODY = N_("{department}没有人有“{duty}”的职责，演示历史演不下去。")
HALL = "district-government-office"


class Office:
    """The staff by department and duty, read once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[Actor, ...]] = {}

    def all(self, department: str, duty: str) -> tuple[Actor, ...]:
        """Return everybody of a department with this duty who works for the whole city: cases are of all districts."""
        key = department, duty
        if key not in self._found:
            members = identity.staff_with(duty, department=department)
            self._found[key] = tuple(
                Actor("staff", one.code, one.name) for one in members if not one.districts
            )
        return self._found[key]

    def one(self, department: str, duty: str, chance: int = 0) -> Actor:
        """Return one of them, always the same for the same chance; raise NotFound when there is nobody."""
        found = self.all(department, duty)
        if not found:
            raise NotFound("demo-nobody", MSG_NOBODY, department=department, duty=duty)
        return found[chance % len(found)]

    def clerk(self, departments: tuple[str, ...], chance: int) -> Actor:
        """Return who accepts: somebody of the lead department, else of the hall (行政许可法 26)."""
        found = self.all(departments[0], May.ACCEPT) or self.all(HALL, May.ACCEPT)
        return found[chance % len(found)]

    def reviewer(self, department: str, chance: int) -> Actor:
        """Return who reviews."""
        return self.one(department, May.REVIEW, chance)

    def decider(self, department: str, chance: int) -> Actor:
        """Return who decides: the head where there is one."""
        return (
            self.all(department, May.HEAD)
            or self.all(department, May.DECIDE)
            or (self.one(department, May.DECIDE),)
        )[0]

    def anybody(self, department: str, chance: int) -> Actor:
        """Return who answers for a department: who reviews there, or else accepts, decides or leads."""
        for duty in (May.REVIEW, May.ACCEPT, May.DECIDE):
            if found := self.all(department, duty):
                return found[chance % len(found)]
        return self.one(department, May.HEAD)

    def supervisor(self, department: str) -> Actor:
        """Return who supervises that department from outside it."""
        own = {post.code for post in government.posts(department)}
        member = next(one for one in identity.staff_with(May.SUPERVISE) if not own & set(one.posts))
        return Actor("staff", member.code, member.name)

    def mayor(self) -> Actor:
        """Return the government's head: whose post both leads and supervises."""
        posts = {post.code for post in government.posts() if {May.HEAD, May.SUPERVISE} <= set(post.may)}
        member = next(one for one in government.staff() if posts & set(one.posts))
        return Actor("staff", member.code, member.name)
