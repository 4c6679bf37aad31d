"""Staff: what each may do now, who is away, who the three officers are, what is unmasked."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from tongban.foundation.government import queries as government
from tongban.foundation.government.types import StaffMember
from tongban.foundation.identity import rules
from tongban.foundation.identity.errors import StaffUnknown
from tongban.foundation.identity.models import OfficerSeat, StaffAbsence, Unmasking
from tongban.foundation.identity.queries.fields import field_of
from tongban.foundation.identity.types import OFFICERS, Absence, Post, StaffAccess
from tongban.foundation.statements import queries as statements
from tongban.kernel import clock
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import Actor, Subject

# Asked for by every act of every official, so prepared.
AWAY = """
SELECT staff_id, substitute_id FROM identity_staffabsence
WHERE cancelled_at IS NULL AND from_on <= %(day)s AND until_on >= %(day)s
    AND (staff_id = %(code)s OR substitute_id = %(code)s)
"""
ACCOUNT_AND_AWAY = f"""
SELECT (SELECT id FROM identity_account WHERE staff_id = %(code)s), (
    SELECT coalesce(json_agg(json_build_array(staff_id, substitute_id)), '[]') FROM ({AWAY}) AS away)
"""  # noqa: S608 - constants of ours


@dataclass(frozen=True, slots=True)
class _Away:
    staff_id: str
    substitute_id: str | None


def staff_access(
    code: str, *, account: uuid.UUID | None = None, at: dt.datetime | None = None
) -> StaffAccess:
    """Return what a member of staff may do at a moment (now); raise StaffUnknown.

    Who is away has no duties until they are back; who stands in has the absent one's posts besides their own.
    An officer's duty counts only for who holds the seat. ``account`` is theirs, where it was read already.
    """
    found = government.find_staff_with_posts(code)
    if found is None:
        raise StaffUnknown(code)
    member, own = found
    today = (at or clock.now()).astimezone(SHANGHAI).date()
    its_account, away = _account_and_away(today, code)
    absent = any(one.staff_id == code for one in away)
    stands_in_for = tuple(sorted(one.staff_id for one in away if one.substitute_id == code))
    holders = () if absent else _holders(member, stands_in_for)
    posts = _posts(holders, own)
    return StaffAccess(
        account=account or its_account,
        code=code,
        name=member.name,
        posts=posts,
        departments=frozenset(post.department for post in posts),
        duties=_duties(code, posts),
        stands_in_for=() if absent else stands_in_for,
        is_absent=absent,
        districts=rules.reach(holders),
    )


def _posts(holders: tuple[StaffMember, ...], own: tuple[Post, ...]) -> tuple[Post, ...]:
    """Return the posts that somebody holds: their own were read with them, those of others are read now."""
    if len(holders) > 1:
        return government.posts_of({post for one in holders for post in one.posts})
    return own if holders else ()


def _holders(member: StaffMember, stands_in_for: tuple[str, ...]) -> tuple[StaffMember, ...]:
    """Return those whose posts somebody holds: their own, and of those they stand in for."""
    others = (government.find_staff(code) for code in stands_in_for)
    return (member, *(other for other in others if other is not None))


def _duties(code: str, posts: tuple[Post, ...]) -> frozenset[str]:
    duties = rules.duties_of(posts)
    if not duties & OFFICERS:
        return duties
    seat = OfficerSeat.objects.filter(staff=code).values_list("duty", flat=True).first()
    return (duties - OFFICERS) | ({seat} & duties)


def _account_and_away(day: dt.date, code: str) -> tuple[uuid.UUID | None, list[_Away]]:
    found = statements.one(ACCOUNT_AND_AWAY, {"day": day, "code": code})
    assert found is not None  # noqa: S101 - a row without a table
    return found[0], [_Away(*one) for one in found[1]]


def staff_with(duty: str, *, department: str | None = None) -> tuple[StaffMember, ...]:
    """Return the staff whose own posts have this duty, of one department or of all."""
    posts = {post.code for post in government.posts(department) if duty in post.may}
    return tuple(member for member in government.staff() if posts & set(member.posts))


def absences(code: str | None = None) -> tuple[Absence, ...]:
    """Return the absences that stand, of one member of staff or of all, latest first."""
    rows = StaffAbsence.objects.filter(cancelled_at__isnull=True)
    if code:
        rows = rows.filter(staff=code)
    return tuple(absence_of(row) for row in rows.order_by("-from_on", "-id")[:500])


def absence_of(row: StaffAbsence) -> Absence:
    """Return the record of a row."""
    return Absence(row.id, row.staff_id, row.substitute_id, row.from_on, row.until_on, row.reason)


def officers() -> dict[str, tuple[str, ...]]:
    """Return who the three officers are: duty → staff codes."""
    found: dict[str, tuple[str, ...]] = {}
    for code, duty in OfficerSeat.objects.order_by("duty", "staff").values_list("staff_id", "duty"):
        found[duty] = (*found.get(duty, ()), code)
    return found


def unmasked(subject: Subject, field: str, *, by: Actor, at: dt.datetime) -> str | None:
    """Return the number in full while this reader's unmasking lasts (60 seconds), else None."""
    return field_of(subject, field) if is_unmasked(subject, field, by=by, at=at) else None


def is_unmasked(subject: Subject, field: str, *, by: Actor, at: dt.datetime) -> bool:
    """Return whether this reader's unmasking still lasts (60 seconds)."""
    return Unmasking.objects.filter(
        staff_code=by.id, subject_kind=subject.kind, subject_id=subject.id, field=field,
        at__lte=at, until__gt=at,
    ).exists()  # fmt: skip
