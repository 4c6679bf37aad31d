"""What staff may do: posts give duties, absence rests them, officers are three people, unmasking has a purpose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tongban.foundation.government.types import StaffMember
from tongban.foundation.identity.types import OFFICERS, Absence, May, Post, StaffAccess
from tongban.kernel.errors import N_, Conflict, Failure, Invalid, NotAllowed
from tongban.kernel.law import law

SHORTEST_PURPOSE = 4
LONGEST_ABSENCE = 366
UNMASKED_FOR = dt.timedelta(seconds=60)
"""How long a number stays readable after it was unmasked."""


def duties_of(posts: Iterable[Post]) -> frozenset[str]:
    """Return everything the posts allow."""
    return frozenset(str(duty) for post in posts for duty in post.may)


def reach(holders: Iterable[StaffMember]) -> dict[str, frozenset[str]]:
    """Return which districts each post works for, by its code: of all who hold it together.

    A post that one of them holds for the whole city is left out: it reaches everywhere.
    """
    members = tuple(holders)
    limited: dict[str, frozenset[str]] = {}
    for member in members:
        for post in member.posts:
            limited[post] = limited.get(post, frozenset()) | set(member.districts)
    everywhere = {post for member in members if not member.districts for post in member.posts}
    return {post: districts for post, districts in limited.items() if post not in everywhere}


@law("officers-apart", basis="GB/T 22239-2019 8.1.7.1、8.1.7.2", says="System, security and audit officer are three people, "
     "none of whom handles cases")  # fmt: skip
def check_may_be_officer(duty: str, *, held: Iterable[str], other_duties: Iterable[str]) -> None:
    """Raise unless somebody with these seats and duties may become this officer.

    System, security and audit officer are three people, and none of them handles cases: GB/T 22239-2019
    8.1.7.1 and 8.1.7.2 (separate posts), 8.1.5.1–8.1.5.3 (system, audit and security management).
    """
    if duty not in OFFICERS:
        raise Invalid("officer-unknown", N_("没有“{duty}”这种管理员。"), duty=duty)
    if any(one != duty for one in held):
        raise Conflict("officer-holds-another", N_("系统管理员、安全管理员、审计管理员必须是三个不同的人。"))
    if set(other_duties) - OFFICERS:
        raise Conflict("officer-handles-cases", N_("三员不能同时承担受理、审查、决定等业务岗位。"))


def can_be_officer(duty: str, *, held: Iterable[str], other_duties: Iterable[str]) -> bool:
    """Return whether somebody may become this officer."""
    return _holds(check_may_be_officer, duty, held=held, other_duties=other_duties)


def check_may_manage_staff(access: StaffAccess | None, duty: str, *, target: str) -> None:
    """Raise unless an officer may manage the account of somebody else; nobody manages their own."""
    if access is None or not access.may(duty):
        names = {May.SYSTEM_OFFICER: N_("系统管理员"), May.SECURITY_OFFICER: N_("安全管理员")}
        raise NotAllowed(
            "staff-not-officer", N_("只有{officer}可以这样做。"), officer=names.get(May(duty), duty)
        )
    if access.code == target:
        raise NotAllowed("staff-own-account", N_("不能管理自己的账户，请找另一位管理员。"))


def can_manage_staff(access: StaffAccess | None, duty: str, *, target: str) -> bool:
    """Return whether an officer may manage this account."""
    return _holds(check_may_manage_staff, access, duty, target=target)


def check_may_be_absent(
    staff: str, substitute: StaffAccess, *, from_on: dt.date, until_on: dt.date, others: Iterable[Absence]
) -> None:
    """Raise unless the substitute may stand in for somebody on these days.

    Args: ``others`` are absences of either on days that overlap.
    """
    if staff == substitute.code:
        raise Invalid("absence-own-substitute", N_("不能由自己顶岗。"))
    if until_on < from_on:
        raise Invalid("absence-backwards", N_("离岗的最后一天不能早于第一天。"))
    if (until_on - from_on).days > LONGEST_ABSENCE:
        raise Invalid("absence-too-long", N_("一次离岗最长一年；更久的请调整岗位。"))
    if substitute.duties & OFFICERS:
        raise Conflict("absence-officer-substitute", N_("三员不能顶业务岗位。"))
    for other in others:
        if other.staff == staff:
            raise Conflict("absence-twice", N_("这些天已经登记过离岗。"))
        if other.staff == substitute.code:
            raise Conflict("absence-substitute-away", N_("顶岗的人这些天自己也不在岗。"))


def can_be_absent(
    staff: str, substitute: StaffAccess, *, from_on: dt.date, until_on: dt.date, others: Iterable[Absence]
) -> bool:
    """Return whether this absence can be written down."""
    return _holds(check_may_be_absent, staff, substitute, from_on=from_on, until_on=until_on, others=others)


@law("unmask-with-purpose", basis="个人信息保护法 6、34、51", says="A personal number is read in full only by "
     "whose post allows it, for a purpose, by a law, and on record")  # fmt: skip
def check_may_unmask(access: StaffAccess | None, *, purpose: str, law: str) -> None:
    """Raise unless a member of staff may read a personal number in full.

    Source: 个人信息保护法第 6 条 (a clear purpose, the least that serves it), 第 34 条 (state organs, within their
    powers), 第 51 条 (who may handle what).
    """
    if access is None or not access.may(May.UNMASK):
        raise NotAllowed("unmask-not-allowed", N_("您的岗位不能查看完整的号码。"))
    if len(purpose.strip()) < SHORTEST_PURPOSE:
        raise Invalid("unmask-purpose-missing", N_("写明查看的目的，至少四个字；会记入本人的数据账本。"))
    if not law.strip():
        raise Invalid("unmask-law-missing", N_("写明依据的法律条文。"))


def can_unmask(access: StaffAccess | None, *, purpose: str, law: str) -> bool:
    """Return whether a member of staff may read a number in full."""
    return _holds(check_may_unmask, access, purpose=purpose, law=law)


def _holds(check: object, *args: object, **values: object) -> bool:
    try:
        check(*args, **values)  # type: ignore[operator]
    except Failure:
        return False
    return True
