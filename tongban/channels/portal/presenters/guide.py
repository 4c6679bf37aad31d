"""What a guide says of one item: its materials sorted into what to bring and what not, limits, sources. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tongban.kernel.errors import N_
from tongban.services.catalogue.types import (
    Basis,
    Instead,
    Item,
    ItemState,
    Limit,
    Material,
    Saving,
    Situation,
    Sure,
    Unit,
    Visit,
    VisitPurpose,
)

NEED = "need"
FILL = "fill"
SPARED = "spared"
ORDER = (NEED, FILL, SPARED)

HOW = {
    NEED: N_("要您交"),
    FILL: N_("在线填写"),
    SPARED: N_("不用交"),
}
WAYS = {
    Saving.LICENCE_LIBRARY: N_("电子证照库调取"),
    Saving.DATA_SHARING: N_("部门之间共享"),
    Saving.GENERATED: N_("由系统生成"),
    Saving.FORM_MERGE: N_("在网上填，不用另交"),
    Saving.COMMITMENT: N_("可以换成一份承诺"),
    Saving.BUNDLE_OUTPUT: N_("和“{item}”一起办就不用交"),
    Saving.NO_LEGAL_BASIS: N_("没有法律依据，不用交"),
}
ORIGINALS = {"1": N_("原件"), "2": N_("复印件"), "3": N_("原件或复印件"), "4": N_("原件核验，看过就还")}
SOURCES = {"10": N_("自己准备"), "20": N_("政府部门核发"), "30": N_("中介机构出具"), "99": N_("其他")}
PURPOSES = {
    VisitPurpose.SUBMIT: N_("提交申请"),
    VisitPurpose.VERIFY: N_("核对身份或原件"),
    VisitPurpose.COLLECT: N_("领取结果"),
    VisitPurpose.ATTEND: N_("本人到场"),
}
UNITS = {Unit.WORKING: N_("个工作日"), Unit.CALENDAR: N_("日（自然日）")}
STARTS = {"受理": N_("受理之日"), "收到申请": N_("收到申请"), "收到材料": N_("收到材料")}
"""What usually starts the clock; a pack may name others, which are shown as it writes them."""
STATES = {
    ItemState.SUSPENDED: N_("暂停"),
    ItemState.CANCELLED: N_("已取消"),
    ItemState.DRAFT: N_("还是草稿"),
}


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One material for this reader: to bring, to fill in online, or spared, and by what."""

    material: Material
    kind: str
    way: Instead | None
    sometimes: tuple[Instead, ...]

    @property
    def how(self) -> str:
        """Return the sentence that says whether to bring it."""
        return HOW[self.kind]


@dataclass(frozen=True, slots=True)
class Guide:
    """An item as one reader sees it: one situation, one district."""

    item: Item
    situation: Situation | None
    materials: tuple[MaterialLine, ...]
    promise: Limit | None
    visits: tuple[Visit, ...]
    site_check: bool

    @property
    def to_bring(self) -> int:
        """Return how many materials the reader prepares."""
        return sum(line.kind == NEED for line in self.materials)

    @property
    def marks(self) -> tuple[tuple[str, int], ...]:
        """Return how many facts of the page carry which mark, surest first."""
        counted = Counter(fact.sure.value for fact in _facts(self))
        return tuple((mark.value, counted[mark.value]) for mark in Sure if counted[mark.value])


def present(item: Item, situation: str | None = None) -> Guide:
    """Return the guide of an item in one of its situations; an unknown or missing one is the first."""
    chosen = next((one for one in item.situations if one.code == situation), None)
    chosen = chosen or (item.situations[0] if item.situations else None)
    lines = [_line(material) for material in item.materials if _applies(material, chosen)]
    needs_check = bool(item.site_check and item.site_check.needed)
    return Guide(
        item=item,
        situation=chosen,
        materials=tuple(sorted(lines, key=lambda line: ORDER.index(line.kind))),
        promise=(chosen and chosen.promise) or item.promise,
        visits=item.visits if chosen is None or chosen.visits is None else chosen.visits,
        site_check=needs_check if chosen is None or chosen.site_check is None else chosen.site_check,
    )


def _applies(material: Material, situation: Situation | None) -> bool:
    return not material.situations or (situation is not None and situation.code in material.situations)


def _line(material: Material) -> MaterialLine:
    """Sort a material by what surely spares it; what spares it only sometimes is said beside it."""
    ways = [one for one in material.instead if one.by is not Saving.BUNDLE_OUTPUT and one.when is None]
    sometimes = tuple(one for one in material.instead if one not in ways)
    if material.is_form:
        return MaterialLine(material, FILL, None, sometimes)
    if not ways:
        return MaterialLine(material, NEED, None, sometimes)
    return MaterialLine(material, SPARED, ways[0], ())


def _facts(guide: Guide) -> Iterator[Basis | Limit | Material | Visit]:
    yield from guide.item.basis
    yield from (line.material for line in guide.materials)
    yield from guide.visits
    yield from (limit for limit in (guide.item.statutory, guide.promise) if limit)
