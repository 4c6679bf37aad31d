"""The queue as the page shows it: rows under headings by the clock, tabs, lights, ways to other parts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup

from tongban.channels.desk.asked import SIZE, Asked
from tongban.channels.ui.bars import clock
from tongban.channels.ui.environment import speaking
from tongban.kernel.errors import N_
from tongban.services.approvals.types import WORK_WORDS, Light, Queue, QueueRow, WorkKind

TABS = (
    WorkKind.ACCEPT, WorkKind.SUPPLEMENT, WorkKind.REVIEW, WorkKind.WAITING, WorkKind.STOPPED, WorkKind.DECIDE,
)  # fmt: skip
LIGHTS = (Light.RED, Light.AMBER, Light.GREEN, Light.STOPPED)
VIEWS = (
    ("department", N_("本部门全部"), "inbox"),
    ("mine", N_("我经办的"), "user-check"),
    ("unassigned", N_("还没有人领"), "users"),
    ("stopped", N_("停钟和补正"), "pause"),
    ("handed", N_("转给我的"), "history"),
    ("done", N_("已办结"), "circle-check"),
)
GROUPS = {
    "late": (N_("已超期"), N_("先办这些；申请人已经看到超期，原因会进督查。")),
    "today": (N_("今天到期"), N_("今天之内办完，都算按时。")),
    "near": (N_("两个工作日内到期"), ""),
    "later": (N_("以后到期"), N_("按剩余时间排列")),
    "stopped": (N_("停钟"), N_("特别程序期间，不计入期限（行政许可法第 45 条）")),
    "waiting": (N_("等待"), N_("等前面的事项，或者等申请人补正")),
    "done": (N_("已办结"), ""),
}
MSG_SILENCE = N_("今天不处理，即视为受理（行政许可法第 32 条）。")
NEAR = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A row, its place in the queue from 1, its clock and where it opens."""

    row: QueueRow
    place: int
    clock: Markup
    address: str

    @property
    def handle(self) -> str:
        """Return what a checkbox of this row sends: the branch, or the case that waits to be accepted."""
        kind = "branch" if self.row.branch_id else "case"
        return f"{kind}:{self.row.branch_id or self.row.case_id}"

    @property
    def detail(self) -> str:
        """Return what of the service the item's own name does not say: the bundle, or which form of the item."""
        item, service = self.row.item_name, self.row.service_name
        return service.removeprefix(item).lstrip(" -－·（") if service != item else ""

    @property
    def number(self) -> str:
        """Return the case's number in groups that can be read aloud."""
        return spaced(self.row.number)


@lru_cache(maxsize=4096)
def drawn(language: str, line: Line) -> Markup:
    """Return a row of the table. Colleagues look at the same rows all day: each is drawn once while it is the same."""
    row = speaking(language).get_template("desk/parts/row.html")
    return Markup(row.render(line=line, words_of=WORK_WORDS))  # noqa: S704  # our own template escapes


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are due at the same time."""

    key: str
    title: str
    says: str
    lines: tuple[Line, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A way to another part of the queue, with how many there are."""

    words: str
    count: int
    address: str
    is_chosen: bool
    light: Light | None = None


def spaced(number: str) -> str:
    """Return a case number in groups of four."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def lines(queue: Queue, asked: Asked) -> tuple[Line, ...]:
    """Return the rows of a page of the queue. Each opens so that the next one can be reached from there."""
    before = (queue.page.number - 1) * queue.page.size
    query = asked.query(place=0, page=1)
    rest = f"{query}&n=" if query else "n="
    return tuple(
        Line(row, place, clock(row.used_days, row.allowed_days, row.light), f"{_path(row)}{rest}{place}")
        for place, row in enumerate(queue.page.items, before + 1)
    )


def _path(row: QueueRow) -> str:
    branch = f"branch={row.branch_id}&" if row.branch_id else ""
    return f"/desk/cases/{row.case_id}?{branch}"


def groups(queue: Queue, asked: Asked) -> tuple[Group, ...]:
    """Return the rows of a page under their headings, in the queue's own order."""
    is_whole = queue.page.total <= queue.page.size
    found = []
    for key, some in groupby(lines(queue, asked), key=lambda line: _key(line.row)):
        some_lines = tuple(some)
        title, says = GROUPS[key]
        if key == "today" and any(line.row.kind is WorkKind.ACCEPT for line in some_lines):
            says = MSG_SILENCE
        found.append(Group(key, title, says, some_lines, is_whole))
    return tuple(found)


def _key(row: QueueRow) -> str:
    if row.light in (Light.STOPPED, Light.WAITING, Light.DONE):
        return row.light.value
    if row.light is Light.RED:
        return "late"
    left = row.left_days or 0
    return "today" if left <= 0 else "near" if left <= NEAR else "later"


def tabs(queue: Queue, asked: Asked) -> tuple[Tab, ...]:
    """Return what is to be done next, as tabs."""
    every = Tab(N_("全部"), sum(queue.kinds.values()), _to(asked, kind=None), asked.kind is None)
    return (every, *(
        Tab(WORK_WORDS[kind], queue.kinds.get(kind, 0), _to(asked, kind=kind), asked.kind is kind) for kind in TABS
    ))  # fmt: skip


def lights(queue: Queue, asked: Asked) -> tuple[Tab, ...]:
    """Return the lights with how many there are; a chosen one is taken off again."""
    return tuple(
        Tab(light.word, queue.lights.get(light, 0), _to(asked, light=None if asked.light is light else light),
            asked.light is light, light)
        for light in LIGHTS
    )  # fmt: skip


def views(asked: Asked) -> tuple[tuple[str, str, str, bool], ...]:
    """Return the views: words, icon, address, whether chosen."""
    return tuple(
        (words, icon, Asked(view).address("/desk"), asked.view == view) for view, words, icon in VIEWS
    )


def services(rows: Iterable[QueueRow], asked: Asked) -> tuple[tuple[str, int, str, bool], ...]:
    """Return what the page's cases are about, most first: words, how many, address, whether chosen."""
    counted: dict[tuple[str, str], int] = {}
    for row in rows:
        counted[row.service, row.service_name] = counted.get((row.service, row.service_name), 0) + 1
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:8]
    return tuple(
        (name, count, _to(asked, service="" if asked.service == code else code), asked.service == code)
        for (code, name), count in ordered
    )


def _to(asked: Asked, **changes: object) -> str:
    return asked.address("/desk", page=1, place=0, **changes)


@dataclass(frozen=True, slots=True)
class Beside:
    """The place of an open case in its queue, and its neighbours."""

    place: int
    total: int
    before: str
    after: str
    line: QueueRow | None


def page_of(place: int) -> int:
    """Return the page on which a place lies."""
    return max(0, place - 1) // SIZE + 1


def beside(queue: Queue, asked: Asked, case_id: uuid.UUID, branch_id: uuid.UUID | None) -> Beside:
    """Return where a case stands in the queue it was opened from; when it has left it, who stands there now."""
    some = lines(queue, asked)
    found = next((n for n, line in enumerate(some) if _is(line.row, case_id, branch_id)), None)
    if found is not None:
        before = some[found - 1].address if found else ""
        after = some[found + 1].address if found + 1 < len(some) else ""
        return Beside(some[found].place, queue.page.total, before, after, some[found].row)
    at = min(max(0, asked.place - 1 - (queue.page.number - 1) * queue.page.size), len(some))
    return Beside(
        0,
        queue.page.total,
        some[at - 1].address if at else "",
        some[at].address if at < len(some) else "",
        None,
    )


def _is(row: QueueRow, case_id: uuid.UUID, branch_id: uuid.UUID | None) -> bool:
    if str(row.case_id) != str(case_id):
        return False
    return row.branch_id is None or str(row.branch_id) == str(branch_id)
