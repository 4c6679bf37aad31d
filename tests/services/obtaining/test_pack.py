"""What a pack may promise: a paper is obtained only where the lists grant a demand for it at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

import pytest

from tests.factories.shanghai import shanghai
from tongban.datahub.resources import pack as resources
from tongban.datahub.resources.types import About, DataDuty, Demand, Lists, Negative, Opening, Resource
from tongban.services.cases import pack as cases
from tongban.services.catalogue.rules.asking import handling_of
from tongban.services.catalogue.types import Audience, Item, Saving
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
    demands: Sequence[Demand],
    duties: Sequence[DataDuty] = (),
    negatives: Sequence[Negative] = (),
    *,
    known: Sequence[Resource] = (RESOURCE,),
    item: Item = ITEM,
    founding: Collection[str] = (),
) -> list[tuple[str, tuple[str | int, ...]]]:
    by: dict[tuple[str, str], list[Demand]] = {}
    for one in demands:
        by.setdefault((one.item, one.material), []).append(one)
    lists, items = (
        Lists({one.code: one for one in known}, tuple(duties), tuple(negatives)),
        {item.code: handling_of(item)},
    )
    return [
        (one.rule, one.path)
        for one in pack.not_obtained(
            item, by, lists.resources, partial(resources.grants_at_once, lists=lists, items=items), founding
        )
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


FORM = ITEM.model_copy(update={"form": ("shop-code",)})
BY_CODE = RESOURCE.model_validate(RESOURCE.model_dump() | {
    "code": "shops", "subject": "thing", "fields": [
        {"code": "shop", "name": "店", "level": 1, "key": True, "element": "shop-code"},
        {"code": "owner-credit-code", "name": "店主", "level": 2, "owner": True},
    ],
})  # fmt: skip
OPEN = BY_CODE.model_copy(
    update={
        "subject": About.PLACE,
        "opening": Opening.UNCONDITIONAL,
        "level": 1,
        "fields": BY_CODE.fields[:1],
    }
)
LETTER = ITEM.materials[1].model_copy(update={"instead": ITEM.materials[0].instead, "code": "letter"})


def by_code(*fields: str, material: str = "birth", resource: str = "shops") -> Demand:
    update = {"code": f"need-{material}", "material": material, "resource": resource, "fields": fields}
    return DEMAND.model_copy(update=update)


def owed(resource: str = "shops") -> DataDuty:
    return DUTY.model_copy(update={"code": f"owes-{resource}", "resource": resource})


def test_what_is_asked_by_the_form_is_promised_only_with_the_owners_number() -> None:
    whole, half = by_code("shop", "owner-credit-code"), by_code("shop")
    never = [("obtained-never-asked", WHERE)]
    assert told([whole], [owed()], known=[BY_CODE], item=FORM) == []
    assert told([half], [owed()], known=[BY_CODE], item=FORM) == never
    assert told([whole], [owed()], known=[BY_CODE], item=ITEM) == never, "the form does not ask it"
    assert told([half], [owed()], known=[OPEN], item=FORM) == []


def test_or_where_another_paper_that_nothing_else_spares_shows_it_to_be_the_applicants() -> None:
    bare = BY_CODE.model_copy(update={"code": "looks", "fields": BY_CODE.fields[:1]})
    both = [by_code("shop", resource="looks"), by_code("shop", "owner-credit-code", material="letter")]
    item = FORM.model_copy(update={"materials": (FORM.materials[0], LETTER)})
    asked = {"duties": [owed(), owed("looks")], "known": [BY_CODE, bare]}
    assert told(both, item=item, **asked) == []  # type: ignore[arg-type]
    elsewhere = LETTER.model_copy(update={"instead": (*LETTER.instead, *ITEM.materials[1].instead)})
    item = item.model_copy(update={"materials": (FORM.materials[0], elsewhere)})
    assert told(both, item=item, **asked) == [("obtained-never-asked", WHERE)]  # type: ignore[arg-type]


def test_a_companys_item_is_not_asked_by_the_number_of_a_person_unless_one_is_founding_it() -> None:
    item = ITEM.model_copy(update={"audience": (Audience.COMPANY,)})
    assert told([DEMAND], [DUTY], item=item) == [("obtained-never-asked", WHERE)]
    some = [("obtained-not-of-all", WHERE)]
    assert told([DEMAND], [DUTY], item=item, founding={"shop"}) == some, (
        "of who founds it, and not of a company that is"
    )
    both = ITEM.model_copy(update={"audience": (Audience.PERSON, Audience.COMPANY)})
    assert told([DEMAND], [DUTY], item=both) == some


def test_every_promise_of_the_demonstration_can_be_kept() -> None:
    city = shanghai()
    lists = Lists(city.resources, tuple(city.data_duties.values()), tuple(city.negatives.values()))
    by: dict[tuple[str, str], list[Demand]] = {}
    for demand in city.demands.values():
        by.setdefault((demand.item, demand.material), []).append(demand)
    founding, granted = (
        cases.with_founding(city.bundles.values(), city.items),
        partial(
            resources.grants_at_once,
            lists=lists,
            items={code: handling_of(one) for code, one in city.items.items()},
        ),
    )
    promised = 0
    for item in city.items.values():
        promised += sum(one.by is Saving.DATA_SHARING for paper in item.materials for one in paper.instead)
        found = pack.not_obtained(item, by, city.resources, granted, founding)
        assert {one.rule for one in found} <= {"obtained-not-of-all"}
    assert promised > 90
