"""What the lists do not grant by themselves, though they could: a wish that somebody has to look at. Pure.

The lists answer for a department's own item, within what the item can need, and for who has kept to what was given.
Everything else is for the owner, who sees why; what a law forbids is refused all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tongban.datahub.resources.rules.answering import ANSWER_DAYS
from tongban.datahub.resources.types import DataDuty, Hold, ItemFacts, Outcome, Past, Verdict, Wish
from tongban.kernel.errors import N_
from tongban.kernel.law import law

AT_ONCE = 10_000
"""Calls a day that are granted at once to one item, where no duty says a number; a reading of 上海市数据条例 39."""

HOLD_WORDS = {
    Hold.ITEM: N_("这个事项不是提出需求的部门办理的"),
    Hold.MATERIAL: N_("这个事项没有这份申请材料"),
    Hold.STOPPED: N_("这项资源的授权曾被撤销"),
    Hold.LIMIT: N_("每日次数超过可以自动同意的上限"),
}


@law("data-at-once-within-need", basis="上海市数据条例 38、39；个人信息保护法 34", says="The lists grant at once only what a "
     "department needs for an item that it handles itself, for a material of it, within a limit a day, and never again "
     "after a grant over the same data was revoked: for the rest the owner answers")  # fmt: skip
def held(verdict: Verdict, wish: Wish, item: ItemFacts | None, past: Past, duty: DataDuty | None) -> Verdict:
    """Return what the lists say once it is known who asks: granted still, or left to the owner with the reasons.

    The owner is told the reasons of what it has to answer anyway, too.

    Args: ``item`` as its catalogue has it, None where it has none; ``duty`` that the grant would stand on.
    """
    holds = (*_of_item(wish, item), *_of_past(wish, past, most_at_once(duty)))
    if not holds or verdict.outcome is Outcome.REFUSED:
        return verdict
    if verdict.outcome is Outcome.QUEUED:
        return replace(verdict, holds=holds)
    days = min(duty.answer_days, ANSWER_DAYS) if duty else ANSWER_DAYS
    return replace(verdict, outcome=Outcome.QUEUED, days=days, holds=holds)


def most_at_once(duty: DataDuty | None) -> int:
    """Return how many calls a day one item may be granted at once."""
    return duty.per_day if duty is not None and duty.per_day is not None else AT_ONCE


def _of_item(wish: Wish, item: ItemFacts | None) -> Iterator[Hold]:
    if item is None or wish.department not in item.departments:
        yield Hold.ITEM
    elif wish.material not in item.materials:
        yield Hold.MATERIAL


def _of_past(wish: Wish, past: Past, most: int) -> Iterator[Hold]:
    if past.stopped:
        yield Hold.STOPPED
    if past.per_day + wish.per_day > min(most, past.limited_to or most):
        yield Hold.LIMIT
