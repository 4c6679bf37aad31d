"""What cases react to: the end of the five days, a death, a dissolution. And what they offer: earlier uploads."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.foundation.identity.events import CompanyDissolved, PersonDied
from tongban.foundation.messages import operations as messages
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.cases import earlier, operations, promises, queries, tellings
from tongban.services.cases.events import (
    BreachRecorded,
    CaseAccepted,
    CaseClosed,
    CaseDecided,
    CaseNotAccepted,
    CaseSubmitted,
    CaseTerminated,
    CaseWithdrawn,
    NoticeGiven,
)
from tongban.services.cases.operations.filing import COMPLETENESS_TIMER
from tongban.services.cases.operations.obtaining import ask_again
from tongban.services.cases.operations.unmasking import READ_IN_FULL
from tongban.services.cases.types import Ending
from tongban.services.exemptions import operations as exemptions
from tongban.services.exemptions.types import Kind
from tongban.services.obtaining import operations as obtaining

DIED = "人口登记：申请人于 {on} 死亡。"
DISSOLVED = "法人登记：申请的单位于 {on} 终止。"


def connect() -> None:
    """Subscribe, and plug in; called once at start."""
    outbox.on_timer(COMPLETENESS_TIMER, five_days_are_over)
    outbox.subscribe(PersonDied, person_died, name="services.cases.person_died")
    outbox.subscribe(CompanyDissolved, company_dissolved, name="services.cases.company_dissolved")
    exemptions.register_source(Kind.EARLIER_UPLOAD, earlier.uploads, name="services.cases.earlier_uploads")
    outbox.on_timer(promises.DUE_TIMER, promises.due)
    outbox.on_timer(promises.MISSED_TIMER, promises.missed)
    outbox.on_timer(obtaining.TIMER, papers_to_obtain, is_alone=True)
    outbox.subscribe(CaseDecided, all_decided, name="services.cases.all_decided")
    _tell_applicants()


def _tell_applicants() -> None:
    """Have the applicant told of what happens to the case."""
    messages.register(*tellings.ALL, READ_IN_FULL)
    outbox.subscribe(CaseSubmitted, tellings.submitted, name="services.cases.tell_submitted")
    outbox.subscribe(CaseAccepted, tellings.accepted, name="services.cases.tell_accepted")
    outbox.subscribe(CaseNotAccepted, tellings.not_accepted, name="services.cases.tell_not_accepted")
    outbox.subscribe(NoticeGiven, tellings.notice_given, name="services.cases.tell_notice")
    outbox.subscribe(CaseDecided, tellings.decided, name="services.cases.tell_decided")
    outbox.subscribe(CaseClosed, tellings.closed, name="services.cases.tell_closed")
    outbox.subscribe(CaseWithdrawn, tellings.withdrawn, name="services.cases.tell_withdrawn")
    outbox.subscribe(CaseTerminated, tellings.terminated, name="services.cases.tell_terminated")
    outbox.subscribe(BreachRecorded, tellings.demanded, name="services.cases.tell_demanded")


def all_decided(event: CaseDecided, *, at: dt.datetime) -> None:
    """Close what is decided: licences are handed over as they are issued. A promised paper is waited for."""
    operations.close_if_complete(case_id=uuid.UUID(event.case_id), by=SYSTEM, at=at)


def papers_to_obtain(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Ask the departments for the papers that they have (上海市数据条例 30), and say which have to be brought after all."""
    case_id = uuid.UUID(payload["id"])
    for paper in ask_again(case_id, at=at):
        tellings.paper_needed(case_id, paper.name, paper.provider, at=at)


def five_days_are_over(payload: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Accept by silence (行政许可法 32(四))."""
    operations.deem_accepted(case_id=uuid.UUID(payload["case"]), by=SYSTEM, at=at)


def person_died(event: PersonDied, *, at: dt.datetime) -> None:
    """End the open cases of who has died (行政许可法 70(二), by analogy)."""
    _end(Subject("person", event.person_id), Ending.DEATH, DIED.format(on=event.died_on), at)


def company_dissolved(event: CompanyDissolved, *, at: dt.datetime) -> None:
    """End the open cases of a company that is no more (行政许可法 70(三), by analogy)."""
    _end(
        Subject("company", event.company_id), Ending.DISSOLUTION, DISSOLVED.format(on=event.dissolved_on), at
    )


def _end(applicant: Subject, ending: Ending, reason: str, at: dt.datetime) -> None:
    for case_id in queries.open_cases_of(applicant):
        operations.terminate(case_id=case_id, ending=ending, reason=reason, by=SYSTEM, at=at)
