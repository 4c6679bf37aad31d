"""Who looked at somebody's data, in words: which official, what, for what, by which law."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from tongban.foundation.documents.types import Document
from tongban.foundation.government.types import Department, Post, StaffMember
from tongban.foundation.ledger.types import Entry
from tongban.kernel.errors import N_
from tongban.services.cases import queries as cases
from tongban.services.cases.types import CaseCard

FIELDS = {
    "number": N_("完整的证件号码"),
    "name": N_("完整的姓名"),
    "phone": N_("完整的手机号码"),
    "mail": N_("完整的邮箱"),
}
OTHER_FIELD, CASE, FILE = N_("表格里的完整内容"), N_("办件"), N_("文件")
WHAT = {"case.read": CASE, "document.read": FILE}


@dataclass(frozen=True, slots=True)
class Look:
    """One look of an official at one's data; ``of`` is what the file is called, or what the case is about."""

    record: uuid.UUID
    at: dt.datetime
    who: str
    office: str
    office_english: str
    what: str
    of: str
    number: str
    address: str
    purpose: str
    law: str
    is_questioned: bool


def looks(
    entries: Iterable[Entry],
    cards: Mapping[str, CaseCard],
    staff: Mapping[str, StaffMember],
    posts: Mapping[str, Post],
    departments: Mapping[str, Department],
    files: Mapping[str, Document],
    asked: Collection[uuid.UUID],
) -> tuple[Look, ...]:
    """Return the looks, with those that one has asked about already."""
    return tuple(
        _look(one, cards.get(one.subject.id), files.get(one.subject.id),
              _office(staff.get(one.by.id), posts, departments), one.id in asked)
        for one in entries
    )  # fmt: skip


def _office(
    member: StaffMember | None, posts: Mapping[str, Post], departments: Mapping[str, Department]
) -> tuple[str, str]:
    """Return department and post of an official, in both languages."""
    post = next((posts[code] for code in member.posts if code in posts), None) if member else None
    if post is None:
        return "", ""
    department = departments.get(post.department)
    if department is None:
        return post.name, post.english
    return f"{department.name} · {post.name}", f"{department.english} · {post.english}"


def _look(
    entry: Entry, card: CaseCard | None, file: Document | None, office: tuple[str, str], is_questioned: bool
) -> Look:
    said = {name: str(value) for name, value in entry.detail.items()}
    number = said.get("number", "") or ((card.number or "") if card else "")
    return Look(
        record=entry.id,
        at=entry.at,
        who=entry.by.name or entry.by.id,
        office=office[0],
        office_english=office[1],
        what=WHAT.get(entry.act) or FIELDS.get(said.get("field", ""), OTHER_FIELD),
        of=card.service_name if card else file.name if file else "",
        number=cases.spaced(number) if number else "",
        address=f"/cases/{card.id}" if card else "",
        purpose=said.get("purpose", ""),
        law=said.get("law", ""),
        is_questioned=is_questioned,
    )
