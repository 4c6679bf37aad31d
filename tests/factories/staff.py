"""A small office: posts, staff, officers, as a city pack would give them."""

from __future__ import annotations

import datetime as dt

from tongban.foundation.government import operations as government
from tongban.foundation.government.types import Department, May, Post, StaffMember
from tongban.foundation.identity import operations as identity
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import SYSTEM

AT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
POSTS: dict[str, tuple[str, tuple[May, ...]]] = {
    "clerk": ("market", (May.ACCEPT, May.UNMASK)),
    "reviewer": ("market", (May.REVIEW, May.JOINT_VISIT)),
    "head": ("market", (May.DECIDE, May.HEAD, May.SEAL)),
    "fire": ("fire", (May.REVIEW, May.DECIDE)),
    "fire-head": ("fire", (May.HEAD,)),
    "system": ("data", (May.SYSTEM_OFFICER,)),
    "security": ("data", (May.SECURITY_OFFICER,)),
    "audit": ("data", (May.AUDIT_OFFICER,)),
}
STAFF = {
    "s-clerk": ("clerk",),
    "s-reviewer": ("reviewer",),
    "s-second": ("reviewer",),
    "s-head": ("head",),
    "s-fire": ("fire",),
    "s-fire-head": ("fire-head",),
    "s-system": ("system",),
    "s-security": ("security",),
    "s-audit": ("audit",),
    "s-nobody": (),
}


def open_office(staff: dict[str, tuple[str, ...]] | None = None, at: dt.datetime = AT) -> None:
    """Load the departments, posts and staff, and seat the three officers."""
    government.load_government(
        departments=[
            Department(code=code, name=f"{code}局", short=code, english=code.title(), level="4")
            for code in ("market", "fire", "data")
        ],
        posts=[
            Post(code=code, name=f"{code}岗", english=code.title(), department=department, may=may)
            for code, (department, may) in POSTS.items()
        ],
        staff=[
            StaffMember(code=code, name=f"{code}（演示）", posts=posts)
            for code, posts in (STAFF if staff is None else staff).items()
        ],
        by=SYSTEM,
        at=at,
    )
    identity.seat_officers(by=SYSTEM, at=at)
