"""Staff: accounts with two factors, absence and who stands in, the three officers."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid

from django.db import transaction

from tongban.foundation.government import queries as government
from tongban.foundation.identity import rules
from tongban.foundation.identity.errors import AccountUnknown, StaffUnknown
from tongban.foundation.identity.models import Account as Row
from tongban.foundation.identity.models import OfficerSeat, StaffAbsence
from tongban.foundation.identity.operations.accounts import end_sessions
from tongban.foundation.identity.operations.tidying import plan_tidying
from tongban.foundation.identity.operations.tokens import leave_systems
from tongban.foundation.identity.queries.accounts import account_of
from tongban.foundation.identity.queries.staff import absence_of, staff_access
from tongban.foundation.identity.types import OFFICERS, Absence, Account, May
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, NotAllowed, NotFound
from tongban.kernel.types import SYSTEM, Actor, Subject

OPERATOR = "operator"
"""Kind of an actor who works on the machine itself."""


def _officer(by: Actor, duty: str, target: str, at: dt.datetime) -> None:
    """Raise unless this actor may manage the target's account.

    The system may, and whoever works on its machine (``operator``: the command line): who has the machine and the
    master key could do it anyway, and so it is at least on record.
    """
    if by == SYSTEM or by.kind == OPERATOR:
        return
    access = staff_access(by.id, at=at) if by.kind == "staff" else None
    rules.check_may_manage_staff(access, duty, target=target)


@transaction.atomic
def open_staff_account(*, staff: str, by: Actor, at: dt.datetime) -> tuple[Account, str]:
    """Open an account for a member of staff; return it with a password for the first sign-in only.

    The system officer does this. The second factor is set at the first sign-in, by its owner.
    """
    _officer(by, May.SYSTEM_OFFICER, staff, at)
    if government.find_staff(staff) is None:
        raise StaffUnknown(staff)
    password = secrets.token_urlsafe(12)
    row, _ = Row.objects.get_or_create(staff_id=staff, defaults={"handle": staff, "opened_at": at})
    row.set_password(password)
    row.must_change_password, row.is_active = True, True
    row.save()
    ledger.record(act="identity.staff_account_opened", subject=Subject("staff", staff), by=by, at=at)
    return account_of(row), password


@transaction.atomic
def close_staff_account(*, staff: str, by: Actor, at: dt.datetime) -> None:
    """Close the account of a member of staff: they leave at once. The system officer does this."""
    _officer(by, May.SYSTEM_OFFICER, staff, at)
    row = Row.objects.select_for_update().filter(staff=staff).first()
    if row is None:
        raise AccountUnknown
    row.is_active = False
    row.save(update_fields=["is_active"])
    leave_systems(account=row.id, by=by, at=at)
    ledger.record(act="identity.staff_account_closed", subject=Subject("staff", staff), by=by, at=at)


@transaction.atomic
def reset_second_factor(*, staff: str, by: Actor, at: dt.datetime) -> None:
    """Remove the second factors of a member of staff who lost them. The system officer does this.

    For a fellow officer, see ``rules.check_may_reset_factors``.
    """
    from allauth.mfa.models import Authenticator

    if by != SYSTEM and by.kind != OPERATOR:
        access = staff_access(by.id, at=at) if by.kind == "staff" else None
        member = government.find_staff(staff)
        duties = rules.duties_of(government.posts_of(member.posts)) if member else frozenset()
        rules.check_may_reset_factors(access, target=staff, target_duties=duties)
    row = Row.objects.filter(staff=staff).first()
    if row is None:
        raise AccountUnknown
    Authenticator.objects.filter(user=row).delete()
    # Whoever found the lost telephone may be signed in with it.
    end_sessions(account=row.id, by=by, at=at)
    ledger.record(act="identity.second_factor_reset", subject=Subject("staff", staff), by=by, at=at)


@transaction.atomic
def record_absence(
    *,
    staff: str,
    substitute: str,
    from_on: dt.date,
    until_on: dt.date,
    reason: str = "",
    by: Actor,
    at: dt.datetime,
) -> Absence:
    """Write down that somebody is away and who stands in. Oneself, a head of the department, or the system officer.

    Raises NotAllowed, Invalid, Conflict.
    """
    _may_write_absence(staff, by, at)
    # Both people's absences on these days, locked, so that two heads do not write crossing ones.
    others = StaffAbsence.objects.select_for_update().filter(
        cancelled_at__isnull=True, from_on__lte=until_on, until_on__gte=from_on, staff__in=[staff, substitute]
    )
    rules.check_may_be_absent(
        staff,
        staff_access(substitute, at=at),
        from_on=from_on,
        until_on=until_on,
        others=[absence_of(row) for row in others],
    )
    row = StaffAbsence.objects.create(
        staff_id=staff, substitute_id=substitute, from_on=from_on, until_on=until_on, reason=reason[:200]
    )
    detail = {"substitute": substitute, "from": from_on.isoformat(), "until": until_on.isoformat()}
    ledger.record(
        act="identity.absence_recorded", subject=Subject("staff", staff), by=by, at=at, detail=detail
    )
    return absence_of(row)


def _may_write_absence(staff: str, by: Actor, at: dt.datetime) -> None:
    if by in (SYSTEM, Actor("staff", staff, by.name)):
        return
    access = staff_access(by.id, at=at) if by.kind == "staff" else None
    member = government.find_staff(staff)
    departments = {post.department for post in government.posts_of(member.posts)} if member else set()
    if access and access.may(May.SYSTEM_OFFICER):
        return
    if not access or not access.may(May.HEAD) or not departments & access.departments:
        raise NotAllowed("absence-not-yours", N_("离岗由本人、本部门负责人或者系统管理员登记。"))


@transaction.atomic
def cancel_absence(*, absence: uuid.UUID, by: Actor, at: dt.datetime) -> None:
    """Cancel an absence, or end one that has begun: who was away is back at once."""
    row = StaffAbsence.objects.select_for_update().filter(id=absence, cancelled_at__isnull=True).first()
    if row is None:
        raise NotFound("absence-unknown", N_("没有找到这条离岗登记。"))
    _may_write_absence(row.staff_id, by, at)
    today = at.astimezone(SHANGHAI).date()
    if row.from_on < today:
        row.until_on = min(row.until_on, today - dt.timedelta(days=1))
    else:
        row.cancelled_at = at
    row.save()
    subject = Subject("staff", row.staff_id)
    ledger.record(
        act="identity.absence_cancelled", subject=subject, by=by, at=at, detail={"absence": str(row.id)}
    )


@transaction.atomic
def appoint_officer(*, staff: str, duty: str, by: Actor, at: dt.datetime) -> None:
    """Give somebody the seat of the system, security or audit officer. Raises Conflict, NotAllowed.

    The security officer appoints; the first ones are seated by the system.
    """
    _officer(by, May.SECURITY_OFFICER, staff, at)
    _appoint(staff, duty, by, at)


def _appoint(staff: str, duty: str, by: Actor, at: dt.datetime) -> None:
    member = government.find_staff(staff)
    if member is None:
        raise StaffUnknown(staff)
    held = OfficerSeat.objects.select_for_update().filter(staff=staff).values_list("duty", flat=True)
    duties = rules.duties_of(government.posts_of(member.posts))
    rules.check_may_be_officer(duty, held=held, other_duties=duties)
    _, made = OfficerSeat.objects.get_or_create(staff_id=staff, defaults={"duty": duty, "appointed_at": at})
    if made:
        ledger.record(
            act="identity.officer_appointed",
            subject=Subject("staff", staff),
            by=by,
            at=at,
            detail={"duty": duty},
        )


@transaction.atomic
def relieve_officer(*, staff: str, by: Actor, at: dt.datetime) -> None:
    """Take the seat of an officer away."""
    _officer(by, May.SECURITY_OFFICER, staff, at)
    _relieve(staff, by, at)


def _relieve(staff: str, by: Actor, at: dt.datetime) -> None:
    seat = OfficerSeat.objects.filter(staff=staff).first()
    if seat is None:
        raise StaffUnknown(staff)
    seat.delete()
    ledger.record(
        act="identity.officer_relieved",
        subject=Subject("staff", staff),
        by=by,
        at=at,
        detail={"duty": seat.duty},
    )


@transaction.atomic
def seat_officers(*, by: Actor, at: dt.datetime) -> None:
    """Make the seats say what the pack's posts say, after a load: who lost the post loses the seat.

    Raises Conflict when the pack gives two of the three to one person.
    """
    posts = {post.code: set(map(str, post.may)) & OFFICERS for post in government.posts()}
    wanted = {
        member.code: duties
        for member in government.staff()
        if (duties := set().union(*(posts.get(code, set()) for code in member.posts)))
    }
    for seat in OfficerSeat.objects.all():
        if seat.duty not in wanted.get(seat.staff_id, set()):
            _relieve(seat.staff_id, by, at)
    for staff, duties in sorted(wanted.items()):
        for duty in sorted(duties):
            _appoint(staff, duty, by, at)
    plan_tidying(at=at)
