"""The invented staff of a demonstration as its sign-in page offers them: one of each kind on top, then by department."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tongban.foundation.government.types import Department, Level, Post, StaffMember
from tongban.foundation.identity.types import Persona

REVIEWING = 3
"""How many departments are on top with who reviews and who heads: those whose reviewers the pack names first."""
FEW = 15
ALONE = ("supervise", "data-officer", "data-authority", "system-officer", "security-officer", "audit-officer")


@dataclass(frozen=True, slots=True)
class Group:
    """Those of one department."""

    department: Department
    personas: tuple[Persona, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """Whom the page offers: ``first`` at a glance, the others ``by_department``."""

    first: tuple[Persona, ...]
    by_department: tuple[Group, ...]
    is_open: bool
    """Whether the departments are unfolded: somebody is looked for, or they are few."""


def offered(
    personas: Sequence[Persona],
    members: Iterable[StaffMember],
    posts: Mapping[str, Post],
    departments: Mapping[str, Department],
    wanted: str = "",
) -> Offered:
    """Return whom to offer; ``wanted`` keeps those whose name, post or department has these words."""
    posts_of = {one.code: [posts[code] for code in one.posts if code in posts] for one in members}
    home = {code: departments[held[0].department] for code, held in posts_of.items() if held}
    known = [one for one in personas if one.code in home]
    if wanted.strip():
        known = [one for one in known if _has(one, home[one.code], wanted)]
        return Offered((), _groups(known, home), True)
    first = _first(known, posts_of, home)
    others = [one for one in known if one not in first]
    return Offered(first, _groups(others, home), len(others) <= FEW)


def _has(one: Persona, department: Department, wanted: str) -> bool:
    said = " ".join(
        (one.code, one.name, one.says, one.english, department.name, department.short, department.english)
    ).casefold()
    return all(word in said for word in wanted.casefold().split())


def _first(
    personas: Sequence[Persona], posts_of: Mapping[str, Sequence[Post]], home: Mapping[str, Department]
) -> tuple[Persona, ...]:
    """Return who shows most: a clerk at a window, reviewer and head of some departments, supervisor, officers."""
    duties = {one.code: {str(duty) for post in posts_of[one.code] for duty in post.may} for one in personas}
    reviewing = dict.fromkeys(home[one.code].code for one in personas if "review" in duties[one.code])
    streets = [
        code
        for code in reviewing
        if any(one.code == code and one.level is Level.STREET for one in home.values())
    ]
    accepting = [one for one in personas if "accept" in duties[one.code]]
    found: dict[str, Persona] = {"accept": accepting[0]} if accepting else {}
    # Who has most duties shows most of a department; who has fewest shows one duty alone.
    for one in sorted(personas, key=lambda one: len(duties[one.code])):
        found |= {duty: found.get(duty, one) for duty in ALONE if duty in duties[one.code]}
    for one in sorted(personas, key=lambda one: -len(duties[one.code])):
        department = home[one.code].code
        if department in [*list(reviewing)[:REVIEWING], *streets[:1]]:
            for duty in {"review", "head"} & duties[one.code]:
                found.setdefault(f"{duty} {department}", one)
    kept = {one.code for one in found.values()}
    return tuple(one for one in personas if one.code in kept)


def _groups(personas: Iterable[Persona], home: Mapping[str, Department]) -> tuple[Group, ...]:
    groups: dict[str, list[Persona]] = {}
    for one in personas:
        groups.setdefault(home[one.code].code, []).append(one)
    return tuple(Group(home[found[0].code], tuple(found)) for found in groups.values())
