"""The routes: for each the steps of a case and on which working day they are done, counted from the filing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tongban.demo.plan.types import Line, Route, Step

FIVE_DAYS = 5


@dataclass(frozen=True, slots=True)
class Beat:
    """A step on the n-th working day; ``on`` is the day it is planned for, ``share`` which branches."""

    day: int
    step: Step
    words: str = ""
    on: int | None = None
    share: tuple[int, int] = (0, 1)


Beats = Iterator[Beat]


def beats(route: Route, line: Line, chance: random.Random) -> tuple[Beat, ...]:
    """Return the steps of a case that goes this way, in order."""
    return tuple(SCRIPTS[route](line, chance))


def _filed(step: Step = Step.FILE, words: str = "") -> Beat:
    return Beat(0, step, words)


def _judged(line: Line, chance: random.Random, accepted: int, *, late: int = 0) -> Beats:
    """Yield review, visit, decisions and close, of a case accepted on that day."""
    last = accepted + _length(line, chance) + late
    middle = accepted + max(0, (last - accepted) // 2)
    yield Beat(middle, Step.REVIEW)
    if line.lower:
        yield Beat(accepted, Step.FIRST_REVIEW)
    if line.visit or line.is_bundle:
        held = min(max(accepted + 2, middle), max(accepted + 2, last - 1))
        yield Beat(accepted + 1, Step.PLAN_VISIT, on=held)
        yield Beat(held, Step.FINDINGS)
    yield from _decided(line, accepted, last)
    yield Beat(last + chance.choice((1, 1, 2)), Step.CLOSE)


def _length(line: Line, chance: random.Random) -> int:
    """Return in how many working days it is decided: within what was promised, mostly well within."""
    if line.days <= 1:
        return line.days
    return max(1, min(line.days, round(line.days * chance.uniform(0.35, 0.95))))


def _decided(line: Line, accepted: int, last: int) -> Beats:
    if not line.is_bundle:
        yield Beat(last, Step.DECIDE)
        return
    # The departments of a bundle end on different days; what waits for another one comes after it.
    days = sorted({accepted + 1, *(accepted + (last - accepted) * part // 4 for part in (2, 3, 4))})
    for turn, day in enumerate(days):
        yield Beat(day, Step.DECIDE, share=(turn, len(days)))
    yield Beat(last, Step.DECIDE)


def granted(line: Line, chance: random.Random) -> Beats:
    """Filed, accepted, judged, closed."""
    yield _filed()
    accepted = chance.choice((0, 0, 1, 1, 2))
    yield Beat(accepted, Step.ACCEPT)
    yield from _judged(line, chance, accepted)


def on_the_spot(line: Line, chance: random.Random) -> Beats:
    """Everything in one hour."""
    yield _filed()
    yield Beat(0, Step.ON_THE_SPOT)
    yield Beat(0, Step.CLOSE)


def draft(line: Line, chance: random.Random) -> Beats:
    """Begun, half filled in."""
    yield _filed(Step.START)


def waiting(line: Line, chance: random.Random) -> Beats:
    """Handed in."""
    yield _filed()


def supplemented(line: Line, chance: random.Random) -> Beats:
    """Told once on one of the five days, handed in some days later."""
    yield from notice_left(line, chance)
    day = FIVE_DAYS + chance.randint(0, 6)
    yield Beat(day, Step.SUPPLEMENT)
    yield from _judged(line, chance, day)


def notice_left(line: Line, chance: random.Random) -> Beats:
    """Told once; nothing comes."""
    yield _filed()
    yield Beat(chance.randint(1, FIVE_DAYS - 1), Step.NOTICE)


def deemed(line: Line, chance: random.Random) -> Beats:
    """Nobody says anything; the timer accepts."""
    yield _filed()
    yield from _judged(line, chance, FIVE_DAYS + 1)


def later_demand(line: Line, chance: random.Random) -> Beats:
    """Accepted, and then something more is asked for."""
    yield _filed()
    yield Beat(1, Step.ACCEPT)
    yield Beat(2, Step.DEMAND_LATER)
    yield from _judged(line, chance, 2)


def not_accepted(words: str) -> Callable[[Line, random.Random], Beats]:
    """Return the script of a case that is not accepted, for that reason."""

    def script(line: Line, chance: random.Random) -> Beats:
        yield _filed()
        yield Beat(chance.randint(0, FIVE_DAYS - 1), Step.REFUSE_ACCEPTANCE, words)

    return script


def stopped(line: Line, chance: random.Random) -> Beats:
    """The clock stops for some days."""
    yield from stopped_left(line, chance)
    day = 2 + chance.randint(3, 10)
    yield Beat(day, Step.RESUME)
    yield from _judged(line, chance, day)


def stopped_left(line: Line, chance: random.Random) -> Beats:
    """The clock stops and has not run again."""
    yield _filed()
    yield Beat(0, Step.ACCEPT)
    yield Beat(2, Step.STOP, chance.choice(("expert-review", "test", "inspection", "appraisal")))


def hearing(line: Line, chance: random.Random) -> Beats:
    """A hearing, told eight working days before."""
    yield _filed()
    yield Beat(0, Step.ACCEPT)
    yield Beat(2, Step.STOP, "hearing", on=11)
    yield Beat(11, Step.RESUME)
    yield from _judged(line, chance, 11)


def extended(line: Line, chance: random.Random) -> Beats:
    """Ten days more on the last but one day."""
    yield _filed()
    yield Beat(0, Step.ACCEPT)
    yield Beat(max(1, line.days - 1), Step.EXTEND)
    yield from _judged(line, chance, 1, late=line.days)


def extended_jointly(line: Line, chance: random.Random) -> Beats:
    """Fifteen days more for all departments."""
    yield _filed()
    yield Beat(0, Step.ACCEPT)
    yield Beat(1, Step.EXTEND_JOINTLY)
    yield from _judged(line, chance, 2)


def silence(line: Line, chance: random.Random) -> Beats:
    """Accepted; nobody decides; the limit ends."""
    yield _filed()
    yield Beat(0, Step.ACCEPT)
    yield Beat(line.days + 3, Step.CLOSE)


def refused(line: Line, chance: random.Random) -> Beats:
    """Refused in writing."""
    yield from _refusing(line, chance, (0, 1))


def partly(line: Line, chance: random.Random) -> Beats:
    """One department refuses, the others grant."""
    yield from _refusing(line, chance, (1, 9))


def _refusing(line: Line, chance: random.Random, share: tuple[int, int]) -> Beats:
    yield _filed()
    yield Beat(1, Step.ACCEPT)
    last = 1 + max(1, _length(line, chance))
    yield Beat(last, Step.REFUSE, share=share)
    if share == (0, 1):
        yield Beat(1 + (last - 1) // 2, Step.REVIEW, "refuse")
        yield Beat(last + 1, Step.CLOSE)
    else:
        yield from _judged(line, chance, 1, late=1)


def withdrawn_draft(line: Line, chance: random.Random) -> Beats:
    """Begun and taken back."""
    yield _filed(Step.START)
    yield Beat(chance.randint(0, 5), Step.WITHDRAW)


def withdrawn_received(line: Line, chance: random.Random) -> Beats:
    """Taken back before anybody looked at it."""
    yield _filed()
    yield Beat(chance.randint(0, 2), Step.WITHDRAW)


def withdrawn_accepted(line: Line, chance: random.Random) -> Beats:
    """Taken back while it was being judged."""
    yield _filed()
    yield Beat(0, Step.ACCEPT)
    yield Beat(max(0, line.days // 3), Step.WITHDRAW)


def death(line: Line, chance: random.Random) -> Beats:
    """The applicant dies while the case is judged."""
    yield _filed()
    yield Beat(0, Step.ACCEPT)
    yield Beat(2, Step.DIE)


def dissolved(line: Line, chance: random.Random) -> Beats:
    """The company that applied is no more."""
    yield _filed()
    yield Beat(0, Step.ACCEPT)
    yield Beat(2, Step.DISSOLVE)


def afterwards(step: Step, after: int) -> Callable[[Line, random.Random], Beats]:
    """Return the script of a case that was granted and to whose licence something happens later."""

    def script(line: Line, chance: random.Random) -> Beats:
        steps = tuple(granted(line, chance))
        yield from steps
        yield Beat(max(one.day for one in steps) + after, step)

    return script


def promised_later(line: Line, chance: random.Random) -> Beats:
    """A paper is promised for later, and comes."""
    yield _filed(words="later")
    yield Beat(0, Step.ACCEPT)
    yield Beat(3, Step.HAND_IN_LATER)
    yield from _judged(line, chance, 1)


def disputed(line: Line, chance: random.Random) -> Beats:
    """What a register says is wrong."""
    first, *others = granted(line, chance)
    yield Beat(first.day, first.step, "dispute")
    yield from others


def late(line: Line, chance: random.Random) -> Beats:
    """Decided some days after the limit."""
    yield _filed()
    yield Beat(1, Step.ACCEPT)
    yield from _judged(line, chance, 1, late=line.days + chance.randint(1, 4))


def late_open(line: Line, chance: random.Random) -> Beats:
    """Accepted, perhaps reviewed, and never decided."""
    yield _filed()
    yield Beat(0, Step.ACCEPT)
    if chance.random() < 0.5:
        yield Beat(2, Step.REVIEW)


def under_way(line: Line, chance: random.Random) -> Beats:
    """Being judged: the visit planned or held, what needs none decided, the rest not yet."""
    yield from late_open(line, chance)
    if line.visit:
        yield Beat(1, Step.PLAN_VISIT, on=4)
        yield Beat(4, Step.FINDINGS)
    if line.is_bundle:
        yield Beat(1, Step.DECIDE)


SCRIPTS: dict[Route, Callable[[Line, random.Random], Beats]] = {
    Route.GRANTED: granted,
    Route.ON_THE_SPOT: on_the_spot,
    Route.DRAFT: draft,
    Route.WAITING: waiting,
    Route.SUPPLEMENTED: supplemented,
    Route.NOTICE_LEFT: notice_left,
    Route.DEEMED: deemed,
    Route.LATER_DEMAND: later_demand,
    Route.WRONG_BODY: not_accepted("wrong-body"),
    Route.NOT_NEEDED: not_accepted("not-needed"),
    Route.STOPPED: stopped,
    Route.STOPPED_LEFT: stopped_left,
    Route.HEARING: hearing,
    Route.EXTENDED: extended,
    Route.EXTENDED_JOINTLY: extended_jointly,
    Route.FIRST_REVIEW: granted,
    Route.VISIT: granted,
    Route.SILENCE: silence,
    Route.REFUSED: refused,
    Route.PARTLY: partly,
    Route.WITHDRAWN_DRAFT: withdrawn_draft,
    Route.WITHDRAWN_RECEIVED: withdrawn_received,
    Route.WITHDRAWN_ACCEPTED: withdrawn_accepted,
    Route.DEATH: death,
    Route.DISSOLVED: dissolved,
    Route.CORRECTED: afterwards(Step.CORRECT, 4),
    Route.REVOKED: afterwards(Step.REVOKE, 8),
    Route.CANCELLED: afterwards(Step.CANCEL, 10),
    Route.PROMISED_LATER: promised_later,
    Route.COMMITTED: granted,
    Route.DISPUTED: disputed,
    Route.COMBINED: granted,
    Route.LATE: late,
    Route.LATE_OPEN: late_open,
    Route.UNDER_WAY: under_way,
}
WEIGHTS: dict[Route, int] = {
    Route.GRANTED: 640, Route.ON_THE_SPOT: 470, Route.DRAFT: 80, Route.SUPPLEMENTED: 110, Route.NOTICE_LEFT: 18,
    Route.DEEMED: 40, Route.LATER_DEMAND: 14, Route.WRONG_BODY: 25, Route.NOT_NEEDED: 20, Route.STOPPED: 50,
    Route.STOPPED_LEFT: 8, Route.HEARING: 8, Route.EXTENDED: 26, Route.EXTENDED_JOINTLY: 6, Route.FIRST_REVIEW: 36,
    Route.VISIT: 70, Route.SILENCE: 40, Route.REFUSED: 60, Route.PARTLY: 18, Route.WITHDRAWN_DRAFT: 14,
    Route.WITHDRAWN_RECEIVED: 22, Route.WITHDRAWN_ACCEPTED: 26, Route.DEATH: 0, Route.DISSOLVED: 0,
    Route.CORRECTED: 14, Route.REVOKED: 8, Route.CANCELLED: 10, Route.PROMISED_LATER: 24, Route.COMMITTED: 40,
    Route.DISPUTED: 24, Route.COMBINED: 34, Route.LATE: 40, Route.LATE_OPEN: 10,
}  # fmt: skip
"""How often each way is gone, besides once; what is not here is only in the scenes that end today."""


def suits(route: Route, line: Line) -> bool:
    """Return whether a service can go this way."""
    if line.is_immediate:
        return route in AT_ONCE
    return route is not Route.ON_THE_SPOT and _NEEDS.get(route, _anything)(line)


AT_ONCE = frozenset({Route.ON_THE_SPOT, Route.DRAFT, Route.WITHDRAWN_DRAFT, Route.WRONG_BODY})


def _anything(line: Line) -> bool:
    return True


def _is_alone(line: Line) -> bool:
    return not line.is_bundle and not line.silence and not line.lower and line.days > 3


_NEEDS: dict[Route, Callable[[Line], bool]] = {
    Route.STOPPED: _is_alone,
    Route.STOPPED_LEFT: _is_alone,
    Route.HEARING: _is_alone,
    Route.EXTENDED: _is_alone,
    Route.LATE: _is_alone,
    Route.LATE_OPEN: _is_alone,
    Route.DEEMED: lambda line: not line.silence,
    Route.EXTENDED_JOINTLY: lambda line: line.is_bundle and line.who == "company",
    Route.PARTLY: lambda line: line.is_bundle and line.who == "company",
    Route.FIRST_REVIEW: lambda line: line.lower,
    Route.VISIT: lambda line: line.visit,
    Route.SILENCE: lambda line: line.silence,
    Route.REFUSED: lambda line: not line.is_bundle and not line.silence and not line.lower,
    Route.DEATH: lambda line: (
        line.who == "person" and not line.is_bundle and line.days > 3 and not line.lower
    ),
    Route.DISSOLVED: lambda line: line.who == "company" and line.days > 3,
    Route.CORRECTED: lambda line: line.licence and not line.is_bundle and not line.lower,
    Route.REVOKED: lambda line: line.licence and not line.is_bundle and not line.lower,
    Route.CANCELLED: lambda line: line.licence and not line.is_bundle and not line.lower,
    Route.PROMISED_LATER: lambda line: line.later,
    Route.COMMITTED: lambda line: line.commitment,
    Route.COMBINED: lambda line: line.combined,
    Route.WITHDRAWN_ACCEPTED: lambda line: line.days > 1,
}
