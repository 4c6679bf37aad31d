"""What a pack may promise: a paper is obtained only where the lists grant a demand for it at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pytest

from tests.factories.shanghai import shanghai
from tongban.datahub.resources import pack as resources
from tongban.datahub.resources.types import DataDuty, Demand, Lists, Negative, Resource
from tongban.services.catalogue.types import Item, Saving
from tongban.services.obtaining import pack

LAW = {"law": "上海市数据条例", "article": "38"}
RESOURCE = Resource.model_validate({
    "code": "births", "name": "出生信息", "department": "health", "system": "births", "kind": "base", "theme": "people",
    "summary": "出生", "format": "service", "subject": "person", "sharing": "conditional", "condition": "逐人", "basis": LAW,
    "update": "daily", "level": 2, "fields": [{"code": "id-number", "name": "证件号码", "level": 2, "key": True}],
})  # fmt: skip
DEMAND = Demand.model_validate({
    "code": "need-births", "department": "market", "item": "shop", "material": "birth", "resource": "births",
    "fields": ["id-number"], "purpose": "核对", "basis": LAW,
})  # fmt: skip
DUTY = DataDuty.model_validate({
    "code": "owes-births", "department": "health", "resource": "births", "items": ["shop"], "basis": LAW, "update": "daily",
})  # fmt: skip
FORBIDDEN = Negative.model_validate({
    "code": "no-births", "resource": "births", "law": "某法", "article": "1", "reason": "不准", "until": "2030-01-01",
})  # fmt: skip
ITEM = Item.model_validate({
    "code": "shop", "name": "开店", "plain": "开店", "type": "01", "audience": ["1"], "themes": ["shop"], "department": "market",
    "level": "3", "materials": [
        {"code": "birth", "name": "出生证明", "instead": [{"by": "data_sharing", "data": "出生信息"}]},
        {"code": "letter", "name": "承诺", "instead": [{"by": "commitment"}]},
    ],
})  # fmt: skip


def told(
    demands: Sequence[Demand], duties: Sequence[DataDuty] = (), negatives: Sequence[Negative] = ()
) -> list[tuple[str, tuple[str | int, ...]]]:
    by = {("shop", "birth"): demands} if demands else {}
    lists = Lists({"births": RESOURCE}, tuple(duties), tuple(negatives))
    return [
        (one.rule, one.path)
        for one in pack.not_granted(ITEM, by, partial(resources.grants_at_once, lists=lists))
    ]


WHERE = ("materials", 0, "instead", 0)


def test_what_nobody_demands_is_not_promised() -> None:
    assert told([]) == [("obtained-not-demanded", WHERE)]


@pytest.mark.parametrize(
    ("duties", "negatives"),
    [((), ()), ((DUTY.model_copy(update={"items": ("other",)}),), ()), ((DUTY,), (FORBIDDEN,))],
)
def test_what_waits_for_its_owner_or_is_refused_is_not_promised(
    duties: Sequence[DataDuty], negatives: Sequence[Negative]
) -> None:
    assert told([DEMAND], duties, negatives) == [("obtained-not-granted", WHERE)]


def test_what_a_duty_owes_to_the_item_is_promised_though_another_demand_is_refused() -> None:
    gone = DEMAND.model_copy(update={"code": "need-more", "resource": "no-such"})
    assert told([gone, DEMAND], [DUTY]) == []


def test_every_promise_of_the_demonstration_has_its_demand() -> None:
    city = shanghai()
    lists = Lists(city.resources, tuple(city.data_duties.values()), tuple(city.negatives.values()))
    by: dict[tuple[str, str], list[Demand]] = {}
    for demand in city.demands.values():
        by.setdefault((demand.item, demand.material), []).append(demand)
    promised = 0
    for item in city.items.values():
        promised += sum(one.by is Saving.DATA_SHARING for paper in item.materials for one in paper.instead)
        assert list(pack.not_granted(item, by, partial(resources.grants_at_once, lists=lists))) == []
    assert promised > 90
