"""The words of the account: readings, their kinds, contests."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.foundation.attestation.types import SignedHead
from tongban.kernel.records import Word
from tongban.kernel.types import Subject
from tongban.services.cases.types import CaseCard


class Kind(Word):
    """What kind of reading it is."""

    EXCHANGE = "exchange"  # 部门调取, through the exchange
    STAFF = "staff"  # 工作人员查看, in the office
    SHOWN = "shown"  # 本人出示
    REFUSED = "refused"  # 被拦下
    FAILED = "failed"  # 没取到: allowed, and the other side gave nothing


class Period(Word):
    """How far back the account goes."""

    MONTH = "month"
    YEAR = "year"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose account it is: the person or company, and the number by which the exchange asks about them."""

    subject: Subject
    digest: bytes


@dataclass(frozen=True, slots=True)
class Scope:
    """An account that may be opened: whose it is, and what of theirs somebody may have read or been shown."""

    owner: Owner
    cases: Mapping[str, CaseCard]
    files: tuple[str, ...]
    licences: Mapping[str, str]
    """What they are called, by id."""
    contests: tuple[Contest, ...]
    is_told: bool
    """Whether they want to be told of each reading by a department."""

    @property
    def looked_at(self) -> tuple[Subject, ...]:
        """Return what officials may have looked at: themselves, their cases, their files."""
        return (
            self.owner.subject,
            *(Subject("case", id) for id in self.cases),
            *(Subject("document", id) for id in self.files),
        )


@dataclass(frozen=True, slots=True)
class Key:
    """The place of a reading in the account: the newest first, and of one moment by id."""

    at: dt.datetime
    id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the account is wanted."""

    period: Period = Period.MONTH
    kind: Kind | None = None
    resource: str = ""
    case: str = ""
    """The number of a case."""
    before: Key | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """One entry of the account.

    ``reader`` is the subsystem, the official's code, or the act of showing; ``operator`` who asked there.
    ``fields`` were to be read, codes of the resource's items. ``number`` is the case's as the reader gave it.
    ``is_answered`` says whether anything was read: None while it is not known, or nobody has confirmed that it came.
    ``secret_until`` is the day since which it may be seen, where a law had kept it from the person; ``contests`` are
    the questions about it that stand, the oldest first; ``node`` the district's node that has it on record, empty for the
    city's. ``is_named``: it was asked about somebody else, whose case it is, and the person's number stood in the answer:
    who operated it is not told, for that may be the other themselves.
    ``is_by_rule``: the system asked by itself, and no person did.
    """

    id: uuid.UUID
    at: dt.datetime
    kind: Kind
    reader: str
    department: str = ""
    operator: str = ""
    act: str = ""
    resource: str = ""
    fields: tuple[str, ...] = ()
    number: str = ""
    case_id: uuid.UUID | None = None
    about: Subject | None = None
    purpose: str = ""
    items: tuple[str, ...] = ()
    basis: str = ""
    outcome: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)
    is_answered: bool | None = True
    secret_until: dt.date | None = None
    contests: tuple[Contest, ...] = ()
    node: str = ""
    is_named: bool = False
    is_by_rule: bool = False

    @property
    def key(self) -> Key:
        """Return its place in the account."""
        return Key(self.at, self.id)


@dataclass(frozen=True, slots=True)
class Account:
    """A part of the account; ``after`` is where the next part begins, None at its end."""

    readings: tuple[Reading, ...]
    after: Key | None


@dataclass(frozen=True, slots=True)
class Day:
    """How many readings of each kind there were on a day."""

    on: dt.date
    counts: Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """The account of a period in figures; ``resources`` and ``cases`` are what can be filtered by, with how many."""

    since: dt.date
    until: dt.date
    counts: Mapping[Kind, int]
    days: tuple[Day, ...]
    readers: int
    resources: Mapping[str, int]
    cases: Mapping[str, int]
    contests: int
    answered: int

    @property
    def total(self) -> int:
        """Return how many lines there are."""
        return sum(self.counts.values())

    @property
    def in_vain(self) -> int:
        """Return in how many of them nothing was seen."""
        return self.counts.get(Kind.REFUSED, 0) + self.counts.get(Kind.FAILED, 0)


class ContestKind(Word):
    """What a person asks."""

    UNKNOWN = "unknown"  # 不认识这次查询: to whoever read
    WRONG = "wrong"  # 数据不对: to whoever keeps the data


class ContestState(Word):
    """How far a contest is."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class Verdict(Word):
    """What an answer says."""

    LAWFUL = "lawful"  # 依法查询 / 数据无误
    MISTAKE = "mistake"  # 查错了 / 数据有误, 已改


class ContestAct(Word):
    """What is done with a contest."""

    STATE = "state"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    ESCALATE = "escalate"
    HAND_ON = "hand_on"


@dataclass(frozen=True, slots=True)
class Contest:
    """A question about a reading, with its clock and its answer; ``department`` answers it.

    ``office`` is the district's office that it is about: of ``district`` where officers of its kind sit at the desk for it;
    else it has none here, and ``handed_on_at`` is when it was asked.
    ``is_named``: who asks stood in the answer alone, and may not learn whom the call was about.
    """

    id: uuid.UUID
    kind: ContestKind
    state: ContestState
    reading: uuid.UUID
    reading_kind: Kind
    reading_at: dt.datetime
    owner: Subject
    department: str
    reader: str
    resource: str
    grant: uuid.UUID | None
    number: str
    says: str
    stated_at: dt.datetime
    due_on: dt.date
    escalated_at: dt.datetime | None = None
    verdict: Verdict | None = None
    answer: str = ""
    measure: str = ""
    answered_at: dt.datetime | None = None
    answered_by: str = ""
    office: str = ""
    district: str = ""
    handed_on_at: dt.datetime | None = None
    is_named: bool = False

    @property
    def is_for_another(self) -> bool:
        """Return whether the department answers for an office that has no desk here."""
        return bool(self.office) and not self.district

    @property
    def answering(self) -> str:
        """Return who answers, by the code that says most: the district's own office where it has officers here."""
        return self.office if self.district else self.department

    def is_overdue(self, today: dt.date) -> bool:
        """Return whether it should have been answered before today."""
        return self.state is ContestState.OPEN and self.due_on < today


class Why(Word):
    """In which way a call was beside the purpose of its grant."""

    ITEM = "item"  # a case of another item
    DEPARTMENT = "department"  # a case with which the department that holds the grant has nothing to do
    NO_CASE = "no_case"  # the number of no case


@dataclass(frozen=True, slots=True)
class Beside:
    """That data was asked for, for a case that the grant is not for: how often on the day, and the first such call.

    ``holder`` is the department that holds the grant, ``items`` what it is for.
    """

    grant: uuid.UUID
    consumer: str
    holder: str
    resource: str
    issue: str
    items: tuple[str, ...]
    why: Why
    calls: int
    first: uuid.UUID
    on: dt.date


@dataclass(frozen=True, slots=True)
class BesideOfGrant:
    """How many cases were found that a grant was used for beside its purpose, with how many calls; ``on`` is the last day."""

    grant: uuid.UUID
    owner: str
    holder: str
    resource: str
    cases: int
    calls: int
    on: dt.date


@dataclass(frozen=True, slots=True)
class Proved:
    """The proof of one reading, checked just now; what is not there yet is None.

    ``digest`` is of the reading's own record, ``number`` its place in the ledger (that of its batch, for an exchange),
    ``head_*`` the signed head that has it, ``signers`` who signed that head, ``stamped_on`` the day of the time stamp.
    ``is_reached`` is false while the district's node that has all this can not be asked.
    """

    reading: Reading
    digest: str
    number: int | None
    head_size: int | None
    head_root: str
    head_at: dt.datetime | None
    signers: tuple[str, ...]
    stamped_on: dt.date | None
    holds: bool
    is_reached: bool = True


@dataclass(frozen=True, slots=True)
class District:
    """A district's node, and when it has told last what it has on record about the account; None for never."""

    code: str
    name: str
    heard_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class File:
    """A file to take away."""

    name: str
    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """The head of the ledger that somebody saw or noted."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Whether the ledger of today begins with the one that somebody saw before; ``path`` are the hashes that show it."""

    before: Seen
    now: SignedHead
    path: tuple[str, ...]
    holds: bool
