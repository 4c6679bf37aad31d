"""The player: one act after the other, each in one transaction with its mark; the outbox delivered in between."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Mapping

from tongban.demo.plan.types import Act, Plan, Step, Story
from tongban.demo.playing.cast import Cast
from tongban.demo.playing.demands import Demands
from tongban.demo.playing.disputes import Disputes
from tongban.demo.playing.filing import Filing
from tongban.demo.playing.judging import Judging
from tongban.demo.playing.office import Office
from tongban.demo.playing.rating import Rating
from tongban.foundation.identity import operations as identity
from tongban.foundation.identity.types import Person
from tongban.kernel.types import SYSTEM
from tongban.services.cases import operations as cases

log = logging.getLogger("tongban.demo")

OF_THE_OFFICE: Mapping[Step, Callable[[Judging], None]] = {
    Step.ACCEPT: Judging.accept,
    Step.ON_THE_SPOT: Judging.on_the_spot,
    Step.NOTICE: Judging.give_notice,
    Step.REFUSE_ACCEPTANCE: Judging.refuse_acceptance,
    Step.DEMAND_LATER: Judging.demand_later,
    Step.FIRST_REVIEW: Judging.first_review,
    Step.REVIEW: Judging.review,
    Step.PLAN_VISIT: Judging.plan_visit,
    Step.FINDINGS: Judging.findings,
    Step.STOP: Judging.stop,
    Step.RESUME: Judging.resume,
    Step.EXTEND: Judging.extend,
    Step.EXTEND_JOINTLY: Judging.extend_jointly,
    Step.DECIDE: Judging.decide,
    Step.REFUSE: Judging.refuse,
    Step.CLOSE: Judging.close,
    Step.CORRECT: Judging.correct,
    Step.REVOKE: Judging.revoke,
    Step.CANCEL: Judging.cancel,
}
OF_RATINGS = frozenset({Step.RATE, Step.MEND, Step.CALL_BACK})


class Player:
    """Plays the acts of a plan; ``cases`` are the cases that stories have become."""

    def __init__(self, plan: Plan, cases: Mapping[int, uuid.UUID]) -> None:
        self.stories = {story.number: story for story in plan.stories}
        self.cases = dict(cases)
        self.cast, self.office, self.filing, self.demands = Cast(), Office(), Filing(), Demands()
        self.disputes = Disputes(self.demands)

    def play(self, act: Act) -> uuid.UUID | None:
        """Do one act and return the case that it has begun, if it has begun one."""
        if act.step is Step.SETTLE:
            self.cast.person(act.words, act.at)
        elif act.step is Step.MANDATE:
            giver, agent = act.words.split()
            self.cast.mandate(giver, agent, act.at)
        elif act.step is Step.STATE_DEMAND:
            self.demands.state(act.words, act.at)
        elif act.step is Step.ANSWER_DEMAND:
            self.demands.answer(act.words, act.at)
        elif act.step is Step.DISPUTE_DEMAND:
            self.disputes.play(act.words, act.at)
        elif act.step in (Step.START, Step.FILE):
            return self._begin(act)
        else:
            self._go_on(act, self.stories[act.story], self.cases[act.story])
        return None

    def _begin(self, act: Act) -> uuid.UUID:
        story = self.stories[act.story]
        applicant, by = self.cast.applicant(story, act.at), self.cast.filer(story, act.at)
        if act.step is Step.START:
            return self.filing.start(story, applicant, by, act.at)
        return self.filing.file(story, act, applicant, by)

    def _go_on(self, act: Act, story: Story, case_id: uuid.UUID) -> None:
        if act.step in OF_THE_OFFICE:
            OF_THE_OFFICE[act.step](Judging(self.office, case_id, act, story.chance))
            return
        by = self.cast.filer(story, act.at)
        if act.step in OF_RATINGS:
            Rating(self.office, case_id, act, story.chance).play(self.cast.served(story, act.at))
        elif act.step is Step.SUPPLEMENT:
            self.filing.supplement(case_id, by, act.at)
        elif act.step is Step.HAND_IN_LATER:
            self.filing.hand_in_later(case_id, by, act.at)
        elif act.step is Step.WITHDRAW:
            cases.withdraw(case_id=case_id, reason="情况有变，暂时不办了", by=by, at=act.at)
        elif act.step is Step.DIE:
            self._die(self.cast.person(story.applicant, act.at), act.at)
        elif act.step is Step.DISSOLVE:
            company = self.cast.company(story.applicant, act.at)
            identity.record_dissolution(company=company.id, dissolved_on=act.at.date(), by=SYSTEM, at=act.at)

    def _die(self, person: Person, at: dt.datetime) -> None:
        identity.record_death(person=person.id, died_on=at.date(), by=SYSTEM, at=at)
