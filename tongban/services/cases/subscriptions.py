"""What cases react to: the end of the five days, a death, a dissolution. And what they offer: earlier uploads."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from tongban.foundation.identity.events import CompanyDissolved, PersonDied
from tongban.foundation.outbox import operations as outbox
from tongban.kernel.types import SYSTEM, Subject
from tongban.services.cases import earlier, operations, queries
from tongban.services.cases.operations.filing import COMPLETENESS_TIMER
from tongban.services.cases.types import Ending
from tongban.services.exemptions import operations as exemptions
from tongban.services.exemptions.types import Kind

DIED = "人口登记：申请人于 {on} 死亡。"
DISSOLVED = "法人登记：申请的单位于 {on} 终止。"


def connect() -> None:
    """Subscribe, and plug in; called once at start."""
    outbox.on_timer(COMPLETENESS_TIMER, five_days_are_over)
    outbox.subscribe(PersonDied, person_died, name="services.cases.person_died")
    outbox.subscribe(CompanyDissolved, company_dissolved, name="services.cases.company_dissolved")
    exemptions.register_source(Kind.EARLIER_UPLOAD, earlier.uploads, name="services.cases.earlier_uploads")


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
