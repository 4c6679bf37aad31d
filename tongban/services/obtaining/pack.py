"""What obtaining asks of a city pack: nobody is told that a paper is obtained unless it can be, of whom the item is for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tongban.datahub.resources.types import Demand, Resource
from tongban.foundation.packs.reading import Entries, tell
from tongban.foundation.packs.types import Finding, Noun, Problems, Rule, Severity, table
from tongban.kernel.errors import N_
from tongban.services.catalogue.types import Audience, Item, ItemState, Material, Saving
from tongban.services.obtaining import rules
from tongban.services.obtaining.types import OWN, Plan, Who

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
    Rule(
        "obtained-never-asked",
        N_(
            "写的是“{data}”可以共享取得，可是查询条件里没有申请人的号码，表里也没有能用来查、又能核实是申请人自己的一项（需求 {demands}）。"
        ),
        "A department is asked by the applicant's own number; or by a field of the item's form that is one of the resource's "
        "keys, where the demand takes the owner's number (`owner: true`) along, or the answer to another paper of the item, "
        "that nothing else spares, shows it to be the applicant's; or where the records are of places, and open to all.",
        law="个人信息保护法 6、13",
    ),
    Rule(
        "obtained-not-of-all",
        N_("写的是“{data}”可以共享取得，{who}来申请却没有办法查，仍要自己交（需求 {demands}）。"),
        "Figures count the paper as spared for everybody. A company's papers about its staff are the usual case: nobody asks "
        "about an employee by what an employer writes.",
        severity=Severity.WARNING,
    ),
)
Key = tuple[str, str]
By = Mapping[Key, Sequence[Demand]]
IsGranted = Callable[[Demand], bool]
"""Whether the lists of the pack grant a demand at once."""
NUMBER, CODE = "number", "code"
PEOPLE, FIRMS = N_("个人"), N_("企业")
PERSONS = tuple(Who(NUMBER, is_minor=minor, sex=sex) for minor in (False, True) for sex in ("男", "女"))
COMPANIES = (Who(credit_code=CODE),)


@dataclass(frozen=True, slots=True)
class Granted:
    """A demand that the lists grant at once, and the resource that it is for."""

    demand: Demand
    resource: Resource

    @property
    def key(self) -> Key:
        """Return the item's code and the material's."""
        return self.demand.item, self.demand.material

    @property
    def elements(self) -> set[str]:
        """Return the data elements that it gives."""
        return {
            one.element for one in self.resource.fields if one.element and self._gives(one.code, one.element)
        }

    def _gives(self, field: str, element: str | None) -> bool:
        return field in self.demand.fields or (element or "") in self.demand.elements

    def plans(self, who: Who, form: Iterable[str]) -> Iterator[Plan]:
        """Yield each way in which it can be asked, by one key or another, with a form that says nothing yet."""
        keys = {one.code: one.element or "" for one in self.resource.fields if one.key}
        owner = self.resource.owner if self.resource.owner in self.demand.fields else ""
        empty = dict.fromkeys(form, "")
        for name in keys:
            plan = rules.plan([name], keys, who, empty, owner=owner, is_open=self.resource.is_nobodys)
            if plan is not None:
                yield plan


def check(
    items: Entries[Item],
    demands: Iterable[Demand],
    resources: Mapping[str, Resource],
    is_granted: IsGranted,
    founding: Collection[str],
    problems: Problems,
) -> None:
    """Tell each paper that is said to be obtained by sharing and could not be, of anybody who applies for it.

    ``founding`` are the items that a bundle has with the founding of a business: there a person applies, whomever they are for.
    """
    stated = defaultdict(list)
    for demand in demands:
        stated[demand.item, demand.material].append(demand)
    for found in items:
        tell(RULES, not_obtained(found.record, stated, resources, is_granted, founding), found, problems)


def not_obtained(
    item: Item, demands: By, resources: Mapping[str, Resource], is_granted: IsGranted, founding: Collection[str] = ()
) -> Iterator[Finding]:  # fmt: skip
    """Yield what is said to be obtained for an item and could not be; nobody applies for a cancelled one."""
    if item.state is ItemState.CANCELLED:
        return
    granted = [
        Granted(one, resources[one.resource or ""])
        for material in item.materials
        for one in demands.get((item.code, material.code), ())
        if is_granted(one)
    ]
    for place, material in enumerate(item.materials):
        for number, one in enumerate(material.instead):
            if one.by is Saving.DATA_SHARING:
                path, data = ("materials", place, "instead", number), one.data or material.name
                yield from _wrong(item, material, data, path, demands, granted, _applicants(item, founding))


def _wrong(
    item: Item, material: Material, data: str, path: tuple[str | int, ...], demands: By, granted: Sequence[Granted],
    applicants: Mapping[str, Sequence[Who]],
) -> Iterator[Finding]:  # fmt: skip
    stated = demands.get((item.code, material.code), ())
    codes = {"data": data, "demands": "、".join(demand.code for demand in stated)}
    if not stated:
        yield Finding(
            "obtained-not-demanded", path, {"data": data, "item": item.code, "material": material.code}
        )
    elif not any(one.demand in stated for one in granted):
        yield Finding("obtained-not-granted", path, codes)
    else:
        left = [
            name
            for name, kinds in applicants.items()
            if not any(_can_be_asked(item, material, who, granted) for who in kinds)
        ]
        if len(left) == len(applicants):
            yield Finding("obtained-never-asked", path, codes)
        elif left:
            yield Finding("obtained-not-of-all", path, codes | {"who": Noun(left[0])})


def _applicants(item: Item, founding: Collection[str]) -> dict[str, tuple[Who, ...]]:
    """Return who may apply for an item, by what they are called."""
    is_for_persons = Audience.PERSON in item.audience or item.code in founding
    is_for_others = any(one is not Audience.PERSON for one in item.audience)
    return ({PEOPLE: PERSONS} if is_for_persons else {}) | ({FIRMS: COMPANIES} if is_for_others else {})


def _can_be_asked(item: Item, material: Material, who: Who, granted: Sequence[Granted]) -> bool:
    possible = _possible(item, who, granted)
    return any(
        rules.standing_of(plan, {}, (), possible) is not None
        for one in granted
        if one.key == (item.code, material.code)
        for plan in one.plans(who, item.form)
    )


def _possible(item: Item, who: Who, granted: Sequence[Granted]) -> set[str]:
    """Return the data elements that answers about the applicant show, to papers that nothing else spares."""
    sure = {
        (item.code, one.code)
        for one in item.materials
        if all(other.by is Saving.DATA_SHARING for other in one.instead)
    }
    own = (
        one
        for one in granted
        if one.key in sure and any(plan.footing in OWN for plan in one.plans(who, item.form))
    )
    return {element for one in own for element in one.elements}
