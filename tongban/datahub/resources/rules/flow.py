"""The three lists in figures: how far each demand is, what the duties are used for. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tongban.datahub.resources.rules import answering
from tongban.datahub.resources.rules.coverage import wish_of
from tongban.datahub.resources.types import (
    Demand,
    Flow,
    GrantState,
    Lists,
    Outcome,
    RequestState,
    Stage,
    Verdict,
)
from tongban.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Stated:
    """What became of a demand that was stated: the newest request for it."""

    state: RequestState
    due_on: dt.date | None
    grant: GrantState | None


def stages(
    demands: Iterable[Demand], lists: Lists, stated: Mapping[str, Stated], on: dt.date
) -> dict[str, Stage]:
    """Return how far each entry of the demand list is, by its code."""
    return {demand.code: _stage(demand, lists, stated.get(demand.code), on) for demand in demands}


def verdict_of(demand: Demand, lists: Lists, on: dt.date) -> Verdict | None:
    """Return what the lists say to a demand; None where it names what there is not any more."""
    try:
        return answering.answer(wish_of(demand), lists, on)
    except Invalid:
        return None


def _stage(demand: Demand, lists: Lists, stated: Stated | None, on: dt.date) -> Stage:
    if stated is not None and stated.grant is GrantState.ACTIVE:
        return Stage.IN_USE
    verdict = verdict_of(demand, lists, on)
    if verdict is None or verdict.resource is None:
        return Stage.UNCLAIMED
    if verdict.outcome is Outcome.REFUSED:
        return Stage.BARRED
    if stated is not None and stated.state is RequestState.QUEUED:
        return Stage.WAITING
    if stated is not None and stated.state is RequestState.REFUSED:
        return Stage.DECLINED
    return Stage.UNSTATED


def _due(found: Mapping[str, Stage], stage: Stage, stated: Mapping[str, Stated]) -> list[dt.date]:
    """Return the last days of the answers that are waited for at a stage."""
    asked = (stated[code] for code, reached in found.items() if reached is stage and code in stated)
    return [one.due_on for one in asked if one.state is RequestState.QUEUED and one.due_on is not None]


def _answered(found: Mapping[str, Stage], stage: Stage, stated: Mapping[str, Stated]) -> int:
    """Return how many demands at a stage were refused."""
    asked = (stated[code] for code, reached in found.items() if reached is stage and code in stated)
    return sum(one.state is RequestState.REFUSED for one in asked)


def flow(
    demands: tuple[Demand, ...],
    lists: Lists,
    stated: Mapping[str, Stated],
    new: int,
    unused: int,
    on: dt.date,
) -> Flow:
    """Return the three lists in figures: ``new`` demands were stated within a week, ``unused`` duties decided nothing."""
    found = stages(demands, lists, stated, on)
    counts = Counter(found.values())
    unclaimed = _due(found, Stage.UNCLAIMED, stated)
    late = sum(due < on for due in unclaimed)
    return Flow(
        stages={stage: counts[stage] for stage in Stage},
        new=new,
        late=late,
        in_time=len(unclaimed) - late,
        answers_late=sum(due < on for due in _due(found, Stage.WAITING, stated)),
        answered=_answered(found, Stage.UNCLAIMED, stated),
        duties=len(lists.duties),
        unused=unused,
        negatives=len(lists.negatives),
        laws=len({one.words for one in lists.negatives}),
    )
