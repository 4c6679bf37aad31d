"""A list of matters with its filters: what is chosen, what could be, and the addresses between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tongban.channels.portal import asked
from tongban.channels.portal.presenters.items import ItemRow
from tongban.kernel.errors import N_
from tongban.kernel.pages import Page

ORDERS = {"name": N_("按名称"), "fast": N_("最快在前"), "materials": N_("材料最少在前")}
EASY = {
    "no_visit": N_("一次不用跑"),
    "no_materials": N_("不用交材料"),
    "at_once": N_("当场办结"),
    "online": N_("网上能办"),
}
AUDIENCES = {"1": N_("个人"), "2": N_("企业"), "3": N_("事业单位"), "4": N_("社会组织")}
Option = tuple[str, str, int | None, bool]


@dataclass(frozen=True, slots=True)
class Group:
    """One group of filters: options of (value, words, count, chosen)."""

    legend: str
    name: str
    options: tuple[Option, ...]
    kind: str = "checkbox"


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of matters with everything around it. ``chosen`` are the query's values that are set."""

    path: str
    chosen: dict[str, str | tuple[str, ...]]
    rows: Page[ItemRow]
    groups: tuple[Group, ...]
    orders: tuple[tuple[str, str, bool], ...]
    csv: str

    def at(self, prefix: str) -> Callable[[int], str]:
        """Return the function from a page's number to its address."""
        return lambda number: asked.address(prefix + self.path, self.chosen, page=number)

    @property
    def is_narrowed(self) -> bool:
        """Return whether any filter is set."""
        return any(name != "order" for name in self.chosen)
