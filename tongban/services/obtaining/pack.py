"""What obtaining asks of a city pack: nobody is told that a paper is obtained unless the lists of data grant it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tongban.datahub.resources.types import Demand
from tongban.foundation.packs.reading import Entries, tell
from tongban.foundation.packs.types import Finding, Problems, Rule, table
from tongban.kernel.errors import N_
from tongban.services.catalogue.types import Item, Saving

RULES = table(
    Rule(
        "obtained-not-demanded",
        N_("写的是“{data}”可以共享取得，需求清单里却没有事项 {item}、材料 {material} 的需求。"),
        "A paper is obtained by a grant, and a grant answers a demand: state it in `data/demands.yaml`. What no "
        "department holds is asked for, or a commitment takes its place.",
        law="上海市数据条例 38、39；优化营商环境条例 44",
    ),
    Rule(
        "obtained-not-granted",
        N_("写的是“{data}”可以共享取得，按清单却不能当场同意（需求 {demands}）。"),
        "While a demand waits for its owner, or is refused, nobody is told that they need not bring the paper. Let a "
        "duty name the item, or leave the promise out: once it is granted the paper is obtained all the same.",
        law="上海市数据条例 38、39",
    ),
)
By = Mapping[tuple[str, str], Sequence[Demand]]
IsGranted = Callable[[Demand], bool]
"""Whether the lists of the pack grant a demand at once."""


def check(items: Entries[Item], demands: Iterable[Demand], is_granted: IsGranted, problems: Problems) -> None:
    """Tell each paper that is said to be obtained by sharing and that the lists would not grant at once."""
    stated = defaultdict(list)
    for demand in demands:
        stated[demand.item, demand.material].append(demand)
    for found in items:
        tell(RULES, not_granted(found.record, stated, is_granted), found, problems)


def not_granted(item: Item, demands: By, is_granted: IsGranted) -> Iterator[Finding]:
    """Yield what is said to be obtained for an item without a demand that the lists grant at once."""
    for place, material in enumerate(item.materials):
        for number, one in enumerate(material.instead):
            if one.by is not Saving.DATA_SHARING:
                continue
            path = ("materials", place, "instead", number)
            stated, data = demands.get((item.code, material.code), ()), one.data or material.name
            if not stated:
                named = {"data": data, "item": item.code, "material": material.code}
                yield Finding("obtained-not-demanded", path, named)
            elif not any(is_granted(demand) for demand in stated):
                codes = "、".join(demand.code for demand in stated)
                yield Finding("obtained-not-granted", path, {"data": data, "demands": codes})
