"""Drawing the plan: how many go which way, who they are, on which day they file, and every act that follows."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tongban.demo.plan.lines import LINES
from tongban.demo.plan.people import Party, People
from tongban.demo.plan.ratings import rated
from tongban.demo.plan.routes import WEIGHTS, Beat, beats, suits
from tongban.demo.plan.scenes import MANDATES, PERSONAS, Scene, desks
from tongban.demo.plan.types import Act, Line, Plan, Route, Step, Story, Via
from tongban.kernel.clock import SHANGHAI

MANDATED = 24
"""So many people have somebody act for them, besides those of the sign-in page."""
WHOLE = 0.9
"""The share of the rarer ways that is gone to its end; of the others what is not over is under way today."""
EVERYDAY = frozenset(
    {Route.GRANTED, Route.ON_THE_SPOT, Route.DRAFT, Route.COMMITTED, Route.COMBINED, Route.VISIT}
)
LAST_DAYS = {Route.STOPPED_LEFT: 9, Route.NOTICE_LEFT: 12, Route.LATE_OPEN: 30}
"""Ways that stay open are gone in the last working days."""

# In which hours of a day a step is done, in minutes; the order of a case's steps on one day.
HOURS: tuple[tuple[tuple[Step, ...], int, int], ...] = (
    ((Step.STATE_DEMAND,), 7 * 60 + 30, 7 * 60 + 55),
    ((Step.SETTLE, Step.MANDATE), 8 * 60, 8 * 60 + 10),
    ((Step.START, Step.FILE), 8 * 60 + 15, 11 * 60),
    ((Step.ACCEPT, Step.ON_THE_SPOT, Step.NOTICE, Step.REFUSE_ACCEPTANCE, Step.SUPPLEMENT), 11 * 60 + 5, 12 * 60 + 20),
    ((Step.FIRST_REVIEW, Step.PLAN_VISIT, Step.HAND_IN_LATER, Step.DEMAND_LATER), 12 * 60 + 40, 13 * 60 + 20),
    ((Step.FINDINGS, Step.RESUME), 13 * 60 + 30, 14 * 60 + 20),
    ((Step.ANSWER_DEMAND,), 14 * 60 + 21, 14 * 60 + 24),
    ((Step.REVIEW,), 14 * 60 + 25, 15 * 60 + 10),
    ((Step.STOP, Step.EXTEND, Step.EXTEND_JOINTLY), 15 * 60 + 15, 15 * 60 + 50),
    ((Step.REFUSE,), 15 * 60 + 55, 16 * 60 + 5),
    ((Step.DECIDE,), 16 * 60 + 10, 16 * 60 + 50),
    ((Step.CLOSE, Step.WITHDRAW, Step.DIE, Step.DISSOLVE, Step.CORRECT, Step.REVOKE, Step.CANCEL), 17 * 60, 17 * 60 + 30),
    ((Step.MEND, Step.CALL_BACK), 17 * 60 + 31, 17 * 60 + 40),
    ((Step.RATE,), 17 * 60 + 45, 20 * 60),
)  # fmt: skip
WINDOW = {step: (rank, first, last) for rank, (steps, first, last) in enumerate(HOURS) for step in steps}


def draw(
    *, seed: int, until: dt.date, days: int, cases: int, people: People, is_working: Callable[[dt.date], bool]
) -> Plan:
    """Return the plan of so many cases in the days that end on ``until``; the same for the same arguments."""
    # Not a secret: the same must come out every time.
    chance = random.Random(f"{seed}:{days}:{cases}")  # noqa: S311
    first = until - dt.timedelta(days=days - 1)
    working = [day for number in range(days) if is_working(day := first + dt.timedelta(number))]
    told = list(_stories(cases, len(working), people, chance))
    stories, acts = [], list(_population(people, working, chance, most=cases))
    for number, (line, route, party, filed) in enumerate(told, start=1):
        story = Story(
            number,
            line,
            route,
            party.applicant,
            party.filer,
            party.via,
            party.district,
            chance.getrandbits(32),
        )
        stories.append(story)
        acts += _acts(story, filed, working)
    acts.sort(key=lambda act: (act.at, act.story, WINDOW[act.step][0], act.words))
    grown = tuple(one.code for one in people.grown)
    plan = Plan(seed, until, days, grown, tuple(people.firms), tuple(stories), tuple(acts))
    return with_agents(plan)


Told = tuple[Line, Route, Party, int]


def _stories(cases: int, days: int, people: People, chance: random.Random) -> Iterator[Told]:
    """Yield the scenes as far as there is room, then one of each way, then as many as are asked for."""
    routes = list(WEIGHTS)
    scenes = [*PERSONAS, *desks()] if cases >= len(PERSONAS) + len(desks()) + len(routes) else []
    for scene in scenes:
        yield _set(scene, days, people, chance)
    left = cases - len(scenes)
    drawn = routes[:left] + chance.choices(routes, list(WEIGHTS.values()), k=max(0, left - len(routes)))
    for number, route in enumerate(drawn):
        yield _drawn(route, days, people, chance, is_whole=number < len(routes))


def _set(scene: Scene, days: int, people: People, chance: random.Random) -> Told:
    line = next(one for one in LINES if one.code == scene.line)
    day = max(0, days - 1 - scene.back)
    if not scene.applicant:
        return line, scene.route, people.party(line, chance), day
    by = people.citizens[scene.filer].district
    return line, scene.route, Party(scene.applicant, scene.filer, scene.via, by), day


def _drawn(route: Route, days: int, people: People, chance: random.Random, *, is_whole: bool) -> Told:
    lines = [one for one in LINES if suits(route, one)]
    line = chance.choices(lines, [one.weight for one in lines])[0]
    party = people.party(line, chance)
    if route is Route.DEATH:
        party = people.person(chance.choice(people.mortal))
    if route is Route.DISSOLVED:
        party = people.company(chance.choice(people.ending))
    length = max(beat.day for beat in beats(route, line, random.Random(0)))  # noqa: S311
    latest = days - 1
    if is_whole or (route not in EVERYDAY and chance.random() < WHOLE):
        latest = max(0, days - 3 - length - length // 4)
    earliest = max(0, latest - LAST_DAYS[route]) if route in LAST_DAYS else 0
    return line, route, party, chance.randint(earliest, latest)


def _acts(story: Story, day: int, working: Sequence[dt.date]) -> Iterator[Act]:
    """Yield the acts of a story that lie before the end."""
    chance = random.Random(story.chance)  # noqa: S311
    played = beats(story.route, story.line, chance)
    steps = sorted(played, key=lambda beat: (beat.day, WINDOW[beat.step][0]))
    for beat in steps:
        if day + beat.day < len(working):
            yield _act(story, beat, day, working, chance)
    for beat in rated(story, played):
        if day + beat.day < len(working):
            yield _act(story, beat, day, working, chance)


def _act(story: Story, beat: Beat, day: int, working: Sequence[dt.date], chance: random.Random) -> Act:
    _, first, last = WINDOW[beat.step]
    at = _moment(working[day + beat.day], chance.randint(first * 60, last * 60))
    on = None
    if beat.on is not None:
        number = day + beat.on
        # Beyond the end there are no working days to name: what is planned for then has not come yet.
        on = (
            working[number]
            if number < len(working)
            else working[-1] + dt.timedelta(number - len(working) + 3)
        )
    return Act(at, story.number, beat.step, beat.words, on, beat.share)


def _moment(day: dt.date, second: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), SHANGHAI) + dt.timedelta(seconds=second)


def _population(
    people: People, working: Sequence[dt.date], chance: random.Random, *, most: int
) -> Iterator[Act]:
    """Yield how people come: in the first morning, then who acts for whom. Who is not there comes when they act."""
    for number, one in enumerate(people.grown[:most]):
        yield Act(_moment(working[0], 7 * 3600 + number), 0, Step.SETTLE, one.code)
    for number, words in enumerate(MANDATES):
        yield Act(_moment(working[0], 8 * 3600 - 60 + number), 0, Step.MANDATE, words)
    old = [code for code in people.persons if people.age(code) >= 60]
    for number, code in enumerate(chance.sample(old, min(len(old), MANDATED, most // 10))):
        agent = chance.choice([one for one in people.persons if one != code and people.age(one) < 60])
        yield Act(_moment(working[0], 8 * 3600 + number), 0, Step.MANDATE, f"{code} {agent}")


def with_agents(plan: Plan) -> Plan:
    """Return the plan in which those who gave a mandate have their cases filed by whom they gave it to."""
    given = dict(act.words.split() for act in plan.acts if act.step is Step.MANDATE)
    stories = tuple(
        replace(one, filer=given[one.applicant], via=Via.MANDATE)
        if one.via is Via.SELF and one.applicant in given and one.route is not Route.DEATH
        else one
        for one in plan.stories
    )
    return replace(plan, stories=stories)
