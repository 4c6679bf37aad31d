"""The account of readings in words: who, what, for which case, by which law; what was not seen; how a question stands."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from tongban.channels.ui.environment import say
from tongban.datahub.resources.types import DataDuty, DataField, Resource, Sharing, System
from tongban.foundation.documents.types import Document
from tongban.foundation.government.types import Department, Post, StaffMember
from tongban.kernel.errors import N_
from tongban.kernel.types import Subject
from tongban.services.cases import queries as cases
from tongban.services.cases.types import CaseCard
from tongban.services.catalogue.types import DataElement
from tongban.services.disclosures.queries import can_contest, member
from tongban.services.disclosures.types import Contest, ContestKind, Kind, Reading, Summary

FEW, MOST_OPTIONS = 2, 50
"""Fields that were not seen are named up to so many; the others are counted."""
KIND_NAMES = {
    Kind.EXCHANGE: N_("部门调取"),
    Kind.STAFF: N_("工作人员查看"),
    Kind.SHOWN: N_("我出示的"),
    Kind.REFUSED: N_("被拦下的"),
    Kind.FAILED: N_("没取到的"),
}
CALLS = (Kind.EXCHANGE, Kind.REFUSED, Kind.FAILED)
ASKED_NAMES = {ContestKind.UNKNOWN: N_("我不认识这次查询"), ContestKind.WRONG: N_("数据不对")}
"""What one asks, as the button says it."""
FULL = {
    "number": N_("完整的证件号码"),
    "name": N_("完整的姓名"),
    "phone": N_("完整的手机号码"),
    "mail": N_("完整的邮箱"),
}
OTHER_FIELD = N_("表格里的完整内容")
WHAT = {
    "case.read": N_("办件"),
    "document.read": N_("文件"),
    "licence.share": N_("证照"),
    "licence.shown": N_("证照"),
}
LAWS = {
    "case.read": "行政许可法 34",
    "document.read": "行政许可法 34",
    "licence.share": "个人信息保护法 13",
    "licence.shown": "个人信息保护法 13",
}
"""Officials examine what was handed in; what one shows oneself is by one's own consent."""
REFUSED = {
    "AccessDenied": N_("没有授权，已拦下"),
    "QuotaExceeded": N_("超过每天的次数，已拦下"),
    "GrantAmbiguous": N_("没有写明按哪项授权，已拦下"),
    "KeyRevoked": N_("密钥已经吊销，已拦下"),
    "KeyExpired": N_("密钥已经过期，已拦下"),
    "ServiceDisabled": N_("服务已经停用，已拦下"),
    "UnknownService": N_("没有这项服务，已拦下"),
}
SHARING = {
    Sharing.UNCONDITIONAL: N_("无条件共享"),
    Sharing.CONDITIONAL: N_("有条件共享"),
    Sharing.NEVER: N_("不予共享"),
}


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages; the English one may be missing."""

    chinese: str
    english: str | None = None

    def said(self, language: str) -> str:
        """Return it in a language where no markup can be: the English name, if there is one."""
        return (self.english if language != "zh" else None) or self.chinese


@dataclass(frozen=True, slots=True)
class Known:
    """What readings name by code, looked up for all rows of a page at once."""

    departments: Mapping[str, Department]
    systems: Mapping[str, System]
    resources: Mapping[str, Resource]
    staff: Mapping[str, tuple[StaffMember, tuple[Post, ...]]]
    files: Mapping[str, Document]
    cases: Mapping[str, CaseCard]
    elements: Mapping[str, DataElement]
    services: Mapping[Subject, str]
    """What items and bundles are called in English, where the page needs it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One reading as a line of the page. ``says`` are sentences of ours, to be translated; names are the city's."""

    id: uuid.UUID
    at: dt.datetime
    kind: Kind
    who: Name
    who_says: str
    operator: str
    through: Name
    seen: tuple[Name, ...]
    says_seen: str
    of: str
    unseen: tuple[Name, ...]
    matter: Name
    matter_says: str
    purpose: str
    number: str
    address: str
    law: str
    law_says: str
    says_answered: str
    secret_until: dt.date | None
    contests: tuple[Contest, ...]
    can_ask: tuple[ContestKind, ...]

    @property
    def unseen_few(self) -> tuple[Name, ...]:
        """Return the first of the fields that were not seen: a line of the page has no room for all."""
        return self.unseen[:FEW]


@dataclass(frozen=True, slots=True)
class Detail:
    """What an opened entry says more: the resource, who provides it, by which entry of which list."""

    resource: Name
    provider: Name
    sharing: str
    duty: str
    seen: int
    fields: int
    law: str
    says: str


def detail(one: Reading, known: Known, duties: Iterable[DataDuty]) -> Detail:
    """Return what an opened entry says more; its resource has to be known."""
    resource = known.resources[one.resource]
    owed = next((duty for duty in duties if not duty.items or set(duty.items) & set(one.items)), None)
    basis = owed.basis if owed else resource.basis
    seen, _ = _fields(one, known)
    return Detail(
        Name(resource.name, resource.english), _provider(one, known) or Name(resource.department),
        SHARING[resource.sharing], owed.code if owed else "", len(seen), len(resource.fields),
        basis.words if basis else "", (basis.says or "") if basis else "",
    )  # fmt: skip


def _provider(one: Reading, known: Known) -> Name | None:
    """Return who gave the data: the member whose system did, such as a district's own office; else whose resource it is."""
    return _department(provider_of(one), known) or _department(
        known.resources[one.resource].department, known
    )


def provider_of(one: Reading) -> str:
    """Return the department whose system was asked, empty where none was."""
    return member(one.detail.get("provider", ""))


def offices_of(one: Reading) -> tuple[str, ...]:
    """Return the departments and districts' offices that a line names: who read, who gave, who answers a question for whom."""
    asked = (code for contest in one.contests for code in (contest.department, contest.office))
    return one.department, provider_of(one), *asked


def rows(readings: Iterable[Reading], known: Known) -> tuple[Row, ...]:
    """Return the lines of a part of the account."""
    return tuple(_row(one, known) for one in readings)


def _row(one: Reading, known: Known) -> Row:
    who, who_says, operator, through = _who(one, known)
    seen, unseen = _fields(one, known)
    matter, matter_says, number, address = _matter(one, known)
    law, law_says = _law(one, known)
    return Row(
        one.id, one.at, one.kind, who, who_says, operator, through, seen, _what(one), _of(one, known),
        unseen, matter, matter_says, one.purpose if one.kind is Kind.STAFF and address else "", number, address, law, law_says,
        _answered(one), one.secret_until, one.contests,
        tuple(kind for kind in ContestKind if can_contest(one, kind)),
    )  # fmt: skip


def _who(one: Reading, known: Known) -> tuple[Name, str, str, Name]:
    """Return who read, a sentence about how, who operated it, and the system or post."""
    if one.kind is Kind.SHOWN:
        looked = one.act == "licence.shown"
        says = N_("对方凭您的出示码查看") if looked else N_("您生成了出示码")
        return Name(one.purpose), says, "", Name("")
    if one.kind is Kind.STAFF:
        department, post = _office(one.reader, known)
        return department or Name(one.operator), N_("经办人 {operator}"), one.operator, post
    system = known.systems.get(one.reader)
    through = Name(system.name, system.english) if system else Name("")
    is_person = bool(one.operator) and not one.operator.startswith("item:")
    operator = one.operator if is_person else ""
    return _department(one.department, known) or Name(one.reader), _how(one, operator), operator, through


def _how(one: Reading, operator: str) -> str:
    """Return a sentence about who asked: that nobody did is said only of what the system is known to have done itself."""
    if one.about:
        return N_("按订阅收到，不是专门查您")
    if one.is_named:
        return N_("不是按您的号码查的，不显示经办人")
    if one.is_by_rule:
        return N_("系统自动，未经人手")
    return N_("经办人 {operator}") if operator else N_("调用方没有写明是谁查的")


def _office(reader: str, known: Known) -> tuple[Name | None, Name]:
    _, posts = known.staff.get(reader, (None, ()))
    post = next(iter(posts), None)
    return (_department(post.department, known), Name(post.name, post.english)) if post else (None, Name(""))


def _department(code: str, known: Known) -> Name | None:
    found = known.departments.get(code)
    return Name(found.name, found.english) if found else None


def _fields(one: Reading, known: Known) -> tuple[tuple[Name, ...], tuple[Name, ...]]:
    """Return the fields that were seen, and those of the resource that were not."""
    resource = known.resources.get(one.resource)
    if resource is None:
        return tuple(Name(code) for code in one.fields), ()
    was_read = set(one.fields) if one.kind is Kind.EXCHANGE else set()
    seen = tuple(_named(field, known) for field in resource.fields if field.code in was_read)
    return seen, tuple(_named(field, known) for field in resource.fields if field.code not in was_read)


def _named(field: DataField, known: Known) -> Name:
    element = known.elements.get(field.element or "")
    return Name(field.name, element.english if element else None)


def _what(one: Reading) -> str:
    if one.kind in CALLS:
        if one.is_named and one.about:  # by a feed
            return N_("别人的变更，里面有您的号码")
        return N_("不是按您的号码查的，结果里有您的号码") if one.is_named else ""
    return WHAT.get(one.act) or FULL.get(one.detail.get("field", ""), OTHER_FIELD)


def _answered(one: Reading) -> str:
    """Return a sentence where it is not certain that anything was seen, or certain that nothing was."""
    if one.kind is Kind.FAILED:
        return N_("对方没有给出数据，什么也没看到")
    if one.kind is not Kind.EXCHANGE or one.is_answered:
        return ""
    # What a feed has sent is about a delivery.
    return N_("已经推送，对方没有确认收到，可能已经看到") if one.about else N_("看没看到，还没有记下来")


def _of(one: Reading, known: Known) -> str:
    """Return what the file or licence is called."""
    if one.about and one.about.kind == "document":
        return known.files[one.about.id].name if one.about.id in known.files else ""
    return one.detail.get("name", "") if one.kind is Kind.SHOWN else ""


def _matter(one: Reading, known: Known) -> tuple[Name, str, str, str]:
    """Return for what it was read, a sentence, the case's number and its page."""
    if one.kind is Kind.SHOWN:
        minutes = one.detail.get("minutes", "")
        return (
            Name(one.purpose),
            N_("您本人同意") if not minutes else N_("您本人同意，到时间自动失效"),
            "",
            "",
        )
    card = known.cases.get(str(one.case_id)) if one.case_id else None
    if card:
        number = cases.spaced(card.number) if card.number else ""
        return _service(card, known), "", number, f"/cases/{card.id}"
    if one.kind is Kind.STAFF:
        return Name(one.purpose), "", one.number, ""
    if one.number:
        return Name(one.purpose), N_("不是您的办件"), one.number, ""
    if one.about:  # by a feed
        return Name(one.purpose), N_("订阅的变更，不对应某一件事"), "", ""
    return Name(one.purpose), "" if one.is_named else N_("没有填办件号"), "", ""


def _service(card: CaseCard, known: Known) -> Name:
    return Name(card.service_name, known.services.get(card.service))


def _law(one: Reading, known: Known) -> tuple[str, str]:
    if one.kind is Kind.REFUSED:
        return "", REFUSED.get(one.outcome, N_("已拦下"))
    resource = known.resources.get(one.resource)
    if one.kind in CALLS:
        return one.basis, SHARING[resource.sharing] if resource else ""
    return one.basis or LAWS.get(one.act, ""), ""


def wanted_of(readings: Collection[Reading]) -> tuple[set[str], set[str], set[str], set[str]]:
    """Return which resources, subsystems, members of staff and files have to be looked up."""
    return (
        {one.resource for one in readings if one.resource},
        {one.reader for one in readings if one.kind in CALLS},
        {one.reader for one in readings if one.kind is Kind.STAFF},
        {one.about.id for one in readings if one.about and one.about.kind == "document"},
    )


@dataclass(frozen=True, slots=True)
class Options:
    """What the list can be narrowed to: pairs of a value and its words."""

    periods: tuple[tuple[str, str], ...]
    data: tuple[tuple[str, str], ...]
    cases: tuple[tuple[str, str], ...]


def options(summary: Summary, known: Known, periods: Mapping[str, str], language: str) -> Options:
    """Return what the list of a period can be narrowed to, what is there most first."""
    data = [(code, known.resources[code]) for code, _ in _most(summary.resources) if code in known.resources]
    own = _by_number(known)
    return Options(
        tuple((value, say(language, words)) for value, words in periods.items()),
        tuple((code, Name(one.name, one.english).said(language)) for code, one in data),
        tuple(
            (number, _case(own.get(plain(number)), number, known, language))
            for number, _ in _most(summary.cases)
        ),
    )


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_OPTIONS]


def _case(card: CaseCard | None, number: str, known: Known, language: str) -> str:
    if card is None:
        return number
    service = _service(card, known).said(language)
    return f"{service} {cases.spaced(card.number)}" if card.number else service


def _by_number(known: Known) -> dict[str, CaseCard]:
    """Return one's own cases by number, and by id: before it is handed in, a case has no other."""
    by_id = {card.id.hex: card for card in known.cases.values()}
    return by_id | {card.number: card for card in known.cases.values() if card.number}


def plain(number: str) -> str:
    """Return a case's number as it is known, however a department wrote it."""
    return number.replace(" ", "").replace("-", "")


def not_mine(counts: Mapping[str, int], known: Known) -> int:
    """Return how many calls named a case that is not one's own."""
    own = _by_number(known)
    return sum(count for number, count in counts.items() if plain(number) not in own)
