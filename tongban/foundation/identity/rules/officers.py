"""What the three officers may do, and to whom: nobody manages their own account, nor alone a fellow officer's."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.foundation.identity.rules.staff import check_may_manage_staff
from tongban.foundation.identity.types import OFFICERS, May, StaffAccess
from tongban.kernel.errors import N_, Failure, Invalid, NotAllowed
from tongban.kernel.law import law

VERDICTS = ("fine", "doubtful")


@law("officers-watch-each-other", basis="GB/T 22239-2019 8.1.5.1、8.1.5.3", says="The system officer keeps accounts of staff; "
     "a fellow officer's second factor is reset by the security officer")  # fmt: skip
def check_may_reset_factors(access: StaffAccess | None, *, target: str, target_duties: Iterable[str]) -> None:
    """Raise unless this officer may remove somebody's second factors.

    The system officer does it for staff. For the system and audit officer the security officer does, so that who
    can give a new password can not take a fellow officer's place alone; for the security officer, only whoever
    works on the machine.
    """
    held = OFFICERS & set(target_duties)
    if May.SECURITY_OFFICER in held:
        raise NotAllowed("reset-on-machine", N_("安全管理员的第二重验证，只能由机房操作员在服务器上清除。"))
    duty = May.SECURITY_OFFICER if held else May.SYSTEM_OFFICER
    check_may_manage_staff(access, duty, target=target)


def can_reset_factors(access: StaffAccess | None, *, target: str, target_duties: Iterable[str]) -> bool:
    """Return whether this officer may remove somebody's second factors."""
    try:
        check_may_reset_factors(access, target=target, target_duties=target_duties)
    except Failure:
        return False
    return True


@law("ledger-read-by-audit", basis="GB/T 22239-2019 8.1.5.2", says="The ledger of acts is read by the audit officer "
     "alone, who changes nothing, and each look is on it")  # fmt: skip
def check_may_read_ledger(access: StaffAccess | None) -> None:
    """Raise unless this is the audit officer."""
    if access is None or not access.may(May.AUDIT_OFFICER):
        raise NotAllowed("ledger-not-yours", N_("只有审计管理员可以查阅操作账本。"))


def check_may_watch(access: StaffAccess | None) -> None:
    """Raise unless this is the security officer, who reviews readings in full and lifts lock-outs."""
    if access is None or not access.may(May.SECURITY_OFFICER):
        raise NotAllowed("watch-not-yours", N_("只有安全管理员可以这样做。"))


def check_review(verdict: str, note: str, *, reader: str, reviewer: str) -> None:
    """Raise unless a review of a reading in full is whole, and not of one's own reading."""
    if verdict not in VERDICTS:
        raise Invalid("review-verdict", N_("请选“正当”或者“有疑问”。"))
    if verdict == "doubtful" and not note.strip():
        raise Invalid("review-note", N_("有疑问的，要写明疑问在哪里。"))
    if reader == reviewer:
        raise NotAllowed("review-own", N_("不能复核自己的查看。"))
