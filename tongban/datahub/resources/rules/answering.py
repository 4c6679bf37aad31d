"""The answer by the lists: one pure rule that says at once what a department may have, and by which law.

The negative list comes first, for nothing gives what a law forbids. What is left is granted at once where it
is shared with all, or where a duty names the demanding item; otherwise its owner answers, by a clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tongban.datahub.resources.types import (
    DataDuty,
    Lists,
    Outcome,
    Refusal,
    Resource,
    Sharing,
    Verdict,
    Wish,
)
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.law import law

ANSWER_DAYS = 10
"""Working days of an owner's answer where its duty says no less (政务数据共享条例; the number was not read in its
text, see docs/reference/counting.md)."""
UNLISTED_DAYS = 15
"""Working days in which data that is not in the catalogue is confirmed and put there (上海市数据条例 39)."""

BY_SHARING = "上海市数据条例 38"
BY_UNLISTED = "上海市数据条例 39"
NEVER = N_("该数据资源依法不予共享。")


@law("data-answered-by-lists", basis="上海市数据条例 38、39", says="A demand is answered by the three lists: nothing of "
     "the negative list is given; what all may have, and what a duty owes to the item, is granted at once; for the "
     "rest the owner has a clock")  # fmt: skip
def answer(wish: Wish, lists: Lists, on: dt.date) -> Verdict:
    """Return what the lists say to a wish on a day; raise Invalid where it names what there is not.

    Granted, waiting and refused fields together are exactly those that were wanted.
    """
    resource = find_resource(wish, lists)
    if resource is None:
        return Verdict(Outcome.QUEUED, None, (), (), wish.asked, UNLISTED_DAYS, BY_UNLISTED)
    if resource.department == wish.department:
        raise Invalid(
            "data-demand-of-own",
            N_("{resource} 就是 {department} 自己的数据，不用提出需求。"),
            resource=resource.code,
            department=wish.department,
        )
    wanted = wanted_fields(wish, resource)
    refused = refusals(resource, wanted, lists, on)
    barred = {field for one in refused for field in one.fields}
    left = tuple(field for field in wanted if field not in barred)
    if not left:
        laws = "；".join(dict.fromkeys(one.law for one in refused))
        return Verdict(Outcome.REFUSED, resource.code, (), refused, resource.department, 0, laws)
    if resource.sharing is Sharing.UNCONDITIONAL:
        return Verdict(Outcome.GRANTED, resource.code, left, refused, resource.department, 0, BY_SHARING)
    duty = duty_owing(resource, left, lists.duties, wish.item)
    if duty is not None and wish.item in duty.items:
        return Verdict(
            Outcome.GRANTED, resource.code, left, refused, resource.department, 0, duty.basis.words, duty.code
        )
    return Verdict(
        Outcome.QUEUED,
        resource.code,
        left,
        refused,
        resource.department,
        min(duty.answer_days, ANSWER_DAYS) if duty else ANSWER_DAYS,
        _condition(resource),
        duty.code if duty else "",
    )


def find_resource(wish: Wish, lists: Lists) -> Resource | None:
    """Return the resource that a wish is for: the one it names, or the one that has its data elements best.

    That is: most of the elements, then one that is owed, then the least sensitive, then the first by code; raise
    Invalid where it names one that there is not.
    """
    if wish.resource is not None:
        found = lists.resources.get(wish.resource)
        if found is None:
            raise Invalid(
                "data-resource-unknown", N_("目录里没有数据资源“{resource}”。"), resource=wish.resource
            )
        return found
    wanted = frozenset(wish.elements)
    owed = {duty.resource for duty in lists.duties}
    candidates = [
        (-len(held), one.code not in owed, one.level, one.code)
        for one in lists.resources.values()
        if one.department != wish.department and (held := wanted & _elements(one))
    ]
    return lists.resources[min(candidates)[-1]] if candidates else None


def wanted_fields(wish: Wish, resource: Resource) -> tuple[str, ...]:
    """Return the fields that a wish means, in the resource's order; raise Invalid for unknown ones and for none."""
    unknown = set(wish.fields) - resource.field_codes
    if unknown:
        raise Invalid(
            "data-field-unknown",
            N_("数据资源 {resource} 没有信息项 {field}。"),
            resource=resource.code,
            field="、".join(sorted(unknown)),
        )
    named, elements = set(wish.fields), set(wish.elements)
    found = tuple(one.code for one in resource.fields if one.code in named or one.element in elements)
    if not found:
        raise Invalid("data-demand-unclear", N_("需求要写明要哪些信息项（fields）或者数据元（elements）。"))
    return found


@law("data-refused-by-law", basis="上海市数据条例 38", says="Sharing is the rule; what is not shared is refused with the "
     "law that forbids it")  # fmt: skip
def refusals(resource: Resource, wanted: tuple[str, ...], lists: Lists, on: dt.date) -> tuple[Refusal, ...]:
    """Return which of the wanted fields are refused, each field once, with the law and the reason."""
    found: list[Refusal] = []
    left = wanted
    for entry in lists.negatives:
        if entry.resource != resource.code or not entry.holds_on(on):
            continue
        covered = set(entry.fields) or resource.field_codes
        barred = tuple(field for field in left if field in covered)
        if barred:
            found.append(Refusal(barred, entry.words, entry.reason, entry.code))
            left = tuple(field for field in left if field not in covered)
    if left and resource.sharing is Sharing.NEVER:
        basis = resource.basis.words if resource.basis else BY_SHARING
        found.append(Refusal(left, basis, resource.condition or NEVER))
    return tuple(found)


def duty_owing(
    resource: Resource, fields: tuple[str, ...], duties: Iterable[DataDuty], item: str
) -> DataDuty | None:
    """Return the duty that owes all the fields: one that names the item first, then the quickest."""
    covering = [duty for duty in duties if covers(duty, resource, fields)]
    return min(covering, key=lambda duty: (item not in duty.items, duty.answer_days, duty.code), default=None)


def covers(duty: DataDuty, resource: Resource, fields: Iterable[str]) -> bool:
    """Return whether a duty owes all these fields of a resource."""
    return duty.resource == resource.code and set(fields) <= (set(duty.fields) or resource.field_codes)


def _condition(resource: Resource) -> str:
    return resource.basis.words if resource.basis else BY_SHARING


def _elements(resource: Resource) -> frozenset[str]:
    return frozenset(one.element for one in resource.fields if one.element)
