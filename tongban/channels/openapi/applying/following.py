"""Following: one's cases, where each is, whose days, what was told in writing."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from tongban.channels.openapi.applying import drafts, reading
from tongban.channels.openapi.applying.drafts import CASE
from tongban.channels.openapi.applying.records import CaseLine, CaseWhole, LetterWhole
from tongban.channels.openapi.bearer import bearer_of, of_case
from tongban.channels.openapi.paging import Listed, listed
from tongban.channels.openapi.parameters import PAGE, SIZE, Number
from tongban.channels.openapi.promises import promises
from tongban.kernel import clock
from tongban.kernel.errors import N_, NotFound
from tongban.oversight.effectiveness import queries as effectiveness
from tongban.services.approvals import queries as approvals
from tongban.services.cases import queries
from tongban.services.cases.types import CaseState, Letter

router = Router(tags=["following"])

STATE: Any = Query(None, description=N_("只要这个状态的"))
MSG_NO_NOTICE = N_("这件办件没有补正告知书。")


@drafts.router.get(
    "/my/cases", tags=["following"], response=Listed[CaseLine], operation_id="list_cases", summary=N_("我的办件"),
    description=N_("令牌所管一方的草稿和办件，新的在前。"),
)  # fmt: skip
@promises(scope="cases:read")
def list_cases(
    request: HttpRequest,
    response: HttpResponse,
    state: CaseState | None = STATE,
    page: Number = PAGE,
    size: Number = SIZE,
) -> Listed[CaseLine]:
    """The drafts and cases of the party that the token is for, newest first."""
    bearer = bearer_of(request)
    found = queries.cases_of(
        bearer.party, by=bearer.actor, at=clock.now(), states=[state] if state else (), page=page, size=size
    )
    return listed(found, request, response, reading.line)


@router.get(
    "/my/cases/{case}", response=CaseWhole, operation_id="get_case", summary=N_("一件办件"),
    description=N_("到哪一步、各部门各做什么、每一天记在谁名下、预计哪天办完、现在可以做什么。"),
)  # fmt: skip
@promises(scope="cases:read")
def get_case(request: HttpRequest, case: uuid.UUID = CASE) -> CaseWhole:
    """Where a case is, what each department does, whose days were used, when it will be done."""
    bearer, at = of_case(request, case)
    found, found_round = queries.get_case(case, by=bearer.actor, at=at), approvals.find_round(case, at=at)
    runs = found_round is not None and found.state is CaseState.ACCEPTED
    return CaseWhole(
        **reading.shared(found), via=found.via, answers=dict(found.answers), versions=dict(found.versions),
        form_version=found.form_version, promised_days=found.promised_days, statutory_days=found.statutory_days,
        statutory_due=found.statutory_due, decided_at=found.decided_at, outcome=found.outcome,
        acts=[act.value for act in queries.acts_for(case, by=bearer.actor, at=at)],
        joint_due_on=found_round.joint_due_on if found_round else None,
        branches=[reading.branch(one) for one in (found_round.branches if found_round else ())],
        days=reading.days(found_round), visit=reading.visit(found_round),
        forecast=reading.forecast(effectiveness.forecast(case, at=at) if runs else None),
    )  # fmt: skip


@router.get(
    "/my/cases/{case}/letters", response=list[LetterWhole], operation_id="list_letters", summary=N_("文书"),
    description=N_("窗口和各部门书面告知的全部内容，逐字，带摘要和印章。"),
)  # fmt: skip
@promises(scope="cases:read")
def list_letters(request: HttpRequest, case: uuid.UUID = CASE) -> list[LetterWhole]:
    """Everything that was told in writing, word for word, in its order."""
    bearer, at = of_case(request, case)
    return reading.letters([*queries.letters(case, by=bearer.actor, at=at), *approvals.letters(case)])


@router.get(
    "/my/cases/{case}/notice", response=LetterWhole, operation_id="get_notice", summary=N_("一次性补正告知书"),
    description=N_("要补的全部内容，一次说清；demands 逐条指明是哪份材料、哪一栏。"),
)  # fmt: skip
@promises(scope="cases:read")
def get_notice(request: HttpRequest, case: uuid.UUID = CASE) -> LetterWhole:
    """The one notice, with the paper or the field that each demand is about."""
    bearer, at = of_case(request, case)
    for one in queries.letters(case, by=bearer.actor, at=at):
        if one.kind is Letter.NOTICE:
            return reading.letter(one)
    raise NotFound("notice-missing", MSG_NO_NOTICE)
