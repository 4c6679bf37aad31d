"""What the officers look at: accounts of staff, readings in full, lock-outs."""

from __future__ import annotations

import datetime as dt
import uuid

from allauth.mfa.models import Authenticator

from tongban.foundation.government import queries as government
from tongban.foundation.government.types import StaffMember
from tongban.foundation.identity import rules
from tongban.foundation.identity.models import Account as Row
from tongban.foundation.identity.models import OfficerSeat, UnmaskingReview
from tongban.foundation.identity.types import Account, LockOut, Post, ReadingInFull, StaffAccount
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.ledger.types import Entry, Wanted
from tongban.kernel.pages import Page

READINGS = ("identity.unmasked", "case.unmasked")
LOOKS = (*READINGS, "case.read", "document.read")
"""What an official does with somebody's data, as the ledger calls it."""
QUESTIONED = "identity.reading_questioned"
LOOKED_BACK = dt.timedelta(days=90)


def staff_accounts(*, text: str = "", page: int = 1, size: int = 50) -> Page[StaffAccount]:
    """Return the staff whose code, name, post or department has this text, with their accounts: five statements."""
    posts = {post.code: post for post in government.posts()}
    names = {one.code: one.name for one in government.departments()}
    wanted = text.strip().lower()
    matching = [one for one in government.staff() if wanted in _words(one, posts, names)]
    begin = (max(1, page) - 1) * size
    shown = matching[begin : begin + size]
    return Page(_with_accounts(shown, posts), max(1, page), size, len(matching))


def _words(member: StaffMember, posts: dict[str, Post], departments: dict[str, str]) -> str:
    held = [posts[code] for code in member.posts if code in posts]
    words = [member.code, member.name]
    words += [word for post in held for word in (post.name, departments.get(post.department, ""))]
    return " ".join(words).lower()


def _with_accounts(members: list[StaffMember], posts: dict[str, Post]) -> tuple[StaffAccount, ...]:
    codes = [one.code for one in members]
    rows = {row.staff_id: row for row in Row.objects.filter(staff__in=codes)}
    seats = dict(OfficerSeat.objects.filter(staff__in=codes).values_list("staff_id", "duty"))
    factors: dict[object, set[str]] = {}
    for owner, kind in Authenticator.objects.filter(user__in=rows.values()).values_list("user_id", "type"):
        factors.setdefault(owner, set()).add(kind)
    return tuple(_member(one, posts, seats.get(one.code, ""), rows.get(one.code), factors) for one in members)


def _member(
    member: StaffMember, posts: dict[str, Post], seat: str, row: Row | None, factors: dict[object, set[str]]
) -> StaffAccount:
    held = tuple(posts[code] for code in member.posts if code in posts)
    return StaffAccount(
        code=member.code,
        name=member.name,
        posts=held,
        duties=rules.duties_of(held),
        officer=seat,
        account=_account(row, factors.get(row.id, set())) if row else None,
        signed_in_at=row.last_login if row else None,
    )


def _account(row: Row, factors: set[str]) -> Account:
    return Account(
        row.id, None, row.staff_id, row.phone_masked, row.mail_masked, row.is_active, row.has_usable_password(),
        row.must_change_password, tuple(sorted(factors)),
    )  # fmt: skip


def readings_in_full(
    *, at: dt.datetime, page: int = 1, size: int = 50
) -> tuple[tuple[ReadingInFull, ...], bool]:
    """Return who read personal fields in full these ninety days, newest first, and whether there are more."""
    wanted = Wanted(at - LOOKED_BACK, at + dt.timedelta(minutes=1), acts=READINGS)
    entries, more = ledger.find_entries(wanted, page=page, size=size)
    reviews = UnmaskingReview.objects.in_bulk([one.id for one in entries])
    return tuple(_reading(one, reviews.get(one.id)) for one in entries), more


def questioned_readings(*, at: dt.datetime, limit: int = 50) -> tuple[ReadingInFull, ...]:
    """Return the readings that the persons themselves do not recognise, the latest question first."""
    wanted = Wanted(at - LOOKED_BACK, at + dt.timedelta(minutes=1), acts=(QUESTIONED,))
    questions, _ = ledger.find_entries(wanted, size=limit)
    ids = [uuid.UUID(str(one.detail["record"])) for one in questions]
    found = ledger.entries_by_id(ids)
    return tuple(_reading(found[id], None) for id in ids if id in found)


def _reading(entry: Entry, review: UnmaskingReview | None) -> ReadingInFull:
    said = {name: str(value) for name, value in entry.detail.items()}
    return ReadingInFull(
        record=entry.id,
        at=entry.at,
        staff=entry.by.id,
        staff_name=entry.by.name,
        field=said.get("field", said.get("element", "")),
        purpose=said.get("purpose", ""),
        law=said.get("law", ""),
        verdict=review.verdict if review else "",
        note=review.note if review else "",
        reviewer=review.reviewer if review else "",
    )


def lock_outs(*, at: dt.datetime, limit: int = 50) -> tuple[LockOut, ...]:
    """Return the accounts that were tried too often these ninety days, newest first."""
    since = at - LOOKED_BACK
    wanted = Wanted(since, at + dt.timedelta(minutes=1), acts=("identity.locked_out",))
    entries, _ = ledger.find_entries(wanted, size=limit)
    accounts = dict(
        Row.objects.filter(staff__in={_staff(one) for one in entries}).values_list("staff_id", "id")
    )
    subjects = tuple({entry.subject for entry in entries})
    lifted, _ = ledger.find_entries(
        Wanted(since, wanted.until, acts=("identity.lock_out_lifted",), subjects=subjects), size=limit
    )
    lifted_at = {entry.subject: entry.at for entry in reversed(lifted)}
    return tuple(
        LockOut(
            entry.at, accounts.get(_staff(entry)), _staff(entry), str(entry.detail.get("address", "")),
            entry.subject in lifted_at and lifted_at[entry.subject] >= entry.at,
        )
        for entry in entries
    )  # fmt: skip


def _staff(entry: Entry) -> str:
    return str(entry.detail.get("staff", ""))
