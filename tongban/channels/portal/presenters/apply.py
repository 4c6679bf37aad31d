"""What the pages of an application say: steps, one matter a page, values with their source, papers. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tongban.channels.portal import typed
from tongban.kernel.errors import N_
from tongban.services.cases.types import Asked, Case, CaseMaterial, FieldValue, MaterialState, Missing
from tongban.services.catalogue.types import DataElement

REGISTER, EARLIER, OFFICE, ANSWER, OWN = "register:", "case:", "office:", "answer:", "applicant"
SHARED = "shared:"
SIGNATURES = frozenset({"applicant-signature", "agent-signature"})
"""Made when the application is handed in, never typed."""
BADGES = (
    ("人口", "users"),
    ("法人", "building-2"),
    ("证照", "badge-check"),
    ("不动产", "house"),
    ("账户", "smartphone"),
)
YES_NO = {typed.YES: N_("是"), typed.NO: N_("否")}
REASONS = {
    "no_legal_basis": N_("没有法律依据"),
    "form_merge": N_("并入总表"),
    "generated": N_("系统生成"),
    "bundle_output": N_("一件事里办出来"),
    "licence_library": N_("电子证照"),
    "data_sharing": N_("部门共享"),
    "commitment": N_("承诺代替"),
    "duplicate": N_("只交一次"),
    "earlier_upload": N_("以前交过"),
}
"""Why a paper need not be brought, in a word or two."""

NameOf = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: words (a register's own name, or a sentence of ours) and the shape beside it."""

    words: str
    icon: str
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """A value that is there already."""

    code: str
    name: str
    value: str
    element: DataElement
    source: Source
    can_dispute: bool = False
    is_disputed: bool = False
    can_edit: bool = False
    page: int = 0
    """The page that asks it, when that is another one."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A field that is to be filled in on this page."""

    code: str
    name: str
    value: str
    element: DataElement
    is_optional: bool
    brings: int = 0
    """So many papers come from departments once it is filled in."""


@dataclass(frozen=True, slots=True)
class FormPage:
    """One matter of the form."""

    number: int
    item: str
    filled: tuple[Row, ...]
    groups: tuple[tuple[str, tuple[Ask, ...]], ...]
    missing: int

    @property
    def asks(self) -> tuple[Ask, ...]:
        """Return all fields that are to be filled in here."""
        return tuple(ask for _, asks in self.groups for ask in asks)

    @property
    def editable(self) -> tuple[Row, ...]:
        """Return the rows that may simply be written anew."""
        return tuple(row for row in self.filled if row.can_edit)

    @property
    def answered(self) -> int:
        """Return how many of the fields of this page have been filled in."""
        return sum(bool(ask.value) for ask in self.asks)

    @property
    def total(self) -> int:
        """Return how many fields the page has."""
        return len(self.filled) + len(self.asks)


@dataclass(frozen=True, slots=True)
class Step:
    """A step at the side: where it leads, how far it is."""

    number: int
    path: str
    item: str
    """The item of a page of the form; empty for the others, which have a title."""
    title: str
    total: int
    missing: int
    is_now: bool

    @property
    def is_done(self) -> bool:
        """Return whether nothing is missing there."""
        return self.missing == 0


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of a case, “you need not bring” first."""

    spared: tuple[CaseMaterial, ...]
    needed: tuple[CaseMaterial, ...]

    @property
    def open(self) -> int:
        """Return how many still wait for the applicant."""
        return sum(one.is_open for one in self.needed)


@dataclass(frozen=True, slots=True)
class Application:
    """Everything the pages of one draft share."""

    case: Case
    pages: tuple[FormPage, ...]
    papers: Papers
    missing: tuple[Missing, ...]

    def page(self, number: int) -> FormPage | None:
        """Return the page with this number."""
        return next((one for one in self.pages if one.number == number), None)

    def page_of(self, item: str, code: str = "") -> FormPage | None:
        """Return the page that asks a field of an item: the item's own, or the first on which it stands."""
        own = next((one for one in self.pages if one.item == item), None)
        holds = (one for one in self.pages if any(ask.code == code for ask in one.asks))
        return own if own and any(ask.code == code for ask in own.asks) else next(holds, own)

    def page_asking(self, codes: Collection[str]) -> FormPage | None:
        """Return the first page that asks one of some fields which is still empty."""
        return next(
            (one for one in self.pages if any(ask.code in codes and not ask.value for ask in one.asks)), None
        )


def present(
    case: Case, elements: Mapping[str, DataElement], missing: Sequence[Missing], *, english: bool = False
) -> Application:
    """Return the application as its pages show it."""
    return Application(case, tuple(_pages(case, elements, missing, english)), papers(case), tuple(missing))


def papers(case: Case) -> Papers:
    """Return the papers: those spared, and those that are or were the applicant's to prepare."""
    spared = tuple(one for one in case.materials if one.state is MaterialState.EXEMPT)
    needed = tuple(one for one in case.materials if one.state is not MaterialState.EXEMPT)
    return Papers(spared, needed)


def key_of(one: CaseMaterial) -> str:
    """Return how a paper is named on a page: in addresses, marks and forms."""
    return f"{one.item}--{one.code}"


def _pages(
    case: Case, elements: Mapping[str, DataElement], missing: Sequence[Missing], english: bool
) -> list[FormPage]:
    open_fields = {one.code for one in missing if one.kind == "field"}
    coming = Counter(
        code for one in case.materials if one.is_to_come and one.obtained for code in one.obtained.asked_by
    )
    owners = _owners(case)
    numbers = {item: number for number, item in enumerate(dict.fromkeys(owners.values()), start=1)}
    made = []
    for item, number in numbers.items():
        rows: list[Row] = []
        asks: dict[str, list[Ask]] = defaultdict(list)
        for field in case.form:
            if item not in field.items or field.code in SIGNATURES:
                continue
            if field.asked is Asked.AGENT and case.via not in ("mandate", "guardian"):
                continue
            element = elements.get(field.code) or _unknown(field.code)
            value, is_own = case.fields.get(field.code), owners[field.code] == item
            if row := _row(element, value, is_own, numbers[owners[field.code]], english):
                rows.append(row)
            elif is_own:
                ask = _ask(element, value, field.asked is Asked.NEVER, english)
                asks[element.group].append(replace(ask, brings=coming[field.code]))
        here = sum(code in open_fields for code, owner in owners.items() if owner == item)
        groups = tuple((group, tuple(found)) for group, found in asks.items())
        made.append(FormPage(number, item, tuple(rows), groups, here))
    return made


def _owners(case: Case) -> dict[str, str]:
    """Return the item on whose page each field is asked: the first that needs it."""
    return {field.code: field.items[0] for field in case.form}


def _row(
    element: DataElement, value: FieldValue | None, is_own: bool, page: int, english: bool
) -> Row | None:
    """Return a value that is there already as a row; None for what is to be typed on this page."""
    if value is None or value.value is None or value.value == "":
        return None
    is_register = value.source.startswith(REGISTER)
    if is_own and value.source == OWN and not value.disputed:
        return None
    return Row(
        code=element.code,
        name=named(element, english),
        value=typed.shown(value.value),
        element=element,
        source=source_of(value),
        can_dispute=is_register and not value.disputed,
        is_disputed=value.disputed,
        can_edit=is_own and not is_register and not value.disputed,
        page=page if not is_own and not is_register else 0,
    )


def source_of(value: FieldValue) -> Source:
    """Return where a value comes from, in words."""
    if value.disputed:
        return Source(N_("您改的"), "pen-line", "own")
    if value.source.startswith(REGISTER):
        register = value.source.removeprefix(REGISTER)
        return Source(
            register, next((icon for word, icon in BADGES if word in register), "landmark"), "register"
        )
    if value.source.startswith(SHARED):
        return Source(value.source.removeprefix(SHARED), "network", "earlier")
    if value.source.startswith(EARLIER):
        return Source(N_("上次填写"), "history", "earlier")
    if value.source.startswith(ANSWER):
        return Source(N_("您在开始时的回答"), "message-square-text", "earlier")
    if value.source.startswith(OFFICE):
        return Source(N_("窗口更正"), "stamp", "office")
    return Source(N_("前面填过"), "pen-line", "own")


def _ask(element: DataElement, value: FieldValue | None, is_optional: bool, english: bool) -> Ask:
    kept: Any = value.value if value else None
    return Ask(element.code, named(element, english), typed.shown(kept), element, is_optional)


def named(element: DataElement, english: bool) -> str:
    """Return what a field is called."""
    return (english and element.english) or element.name


def _unknown(code: str) -> DataElement:
    """Return a field that the pack no longer knows: asked by its code rather than dropped."""
    return DataElement(code=code, name=code, english=code, group="other")


def steps(application: Application, now: str) -> tuple[Step, ...]:
    """Return the steps at the side; ``now`` is the path of the one that is open, such as ``form/2``."""
    made = []
    for page in application.pages:
        path = f"form/{page.number}"
        made.append(Step(page.number, path, page.item, "", page.total, page.missing, path == now))
    count = len(made)
    needed = application.papers.needed
    made.append(
        Step(count + 1, "materials", "", N_("材料"), len(needed), application.papers.open, now == "materials")
    )
    left = len(application.missing)
    made.append(Step(count + 2, "check", "", N_("核对、提交"), 0, max(left, 1), now == "check"))
    return tuple(made)


def first_open(application: Application) -> str:
    """Return the path where one goes on: the first page with something missing, then papers, then the check."""
    page = next((one for one in application.pages if one.missing), None)
    if page:
        return f"form/{page.number}"
    return "materials" if application.papers.open else "check"
