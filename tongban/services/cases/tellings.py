"""What applicants are told of their case: in the inbox, by mail and by phone. The papers themselves are letters."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.foundation.messages import operations as messages
from tongban.foundation.messages.types import Channel, Template
from tongban.kernel.errors import N_
from tongban.services.cases import models
from tongban.services.cases.events import (
    BreachRecorded,
    CaseAccepted,
    CaseClosed,
    CaseDecided,
    CaseEvent,
    CaseNotAccepted,
    CaseSubmitted,
    CaseTerminated,
    CaseWithdrawn,
    NoticeGiven,
)
from tongban.services.cases.queries.headlines import Headline, headline, hearers_of
from tongban.services.cases.rules.numbers import spaced
from tongban.services.cases.types import Ending, Refusal

SUBMITTED = Template(
    "cases.submitted",
    N_("收到了您的申请"),
    N_("“{what}”收到了，办件编号 {number}。最晚 {due_on} 告诉您受理，或者一次说清要补什么。"),
)
ACCEPTED = Template(
    "cases.accepted", N_("申请受理了"), N_("“{what}”从 {accepted_on} 起受理，最晚 {due_on} 办完。")
)
DEEMED = Template(
    "cases.deemed",
    N_("到期没有告知，申请视为受理"),
    N_(
        "“{what}”五个工作日内没有告知要补什么，依法从收到那天（{accepted_on}）起就算受理，最晚 {due_on} 办完。"
    ),
)
SUPPLEMENTED = Template(
    "cases.supplemented",
    N_("补正齐了，已经受理"),
    N_("“{what}”要补的都齐了，从 {accepted_on} 起受理，最晚 {due_on} 办完。"),
)
NOT_ACCEPTED = Template(
    "cases.not-accepted",
    N_("申请没有受理"),
    N_("“{what}”没有受理。理由、应该找哪个机关、不服怎么办，都写在书面决定里，见“我的办件”。"),
)
NOT_NEEDED = Template(
    "cases.not-needed",
    N_("这件事不用办许可"),
    N_("“{what}”依法不需要取得许可，不用再办。说明见“我的办件”。"),
)
NOTICE = Template(
    "cases.notice",
    N_("请补正 {count} 处"),
    N_("“{what}”要补 {count} 处，一次全列在告知书里，以后不再要别的。补齐那天就受理。"),
)
ALL_GRANTED = Template(
    "cases.granted", N_("全部准予"), N_("“{what}”的 {count} 个事项都作出了决定，全部准予。")
)
PARTLY = Template(
    "cases.partly",
    N_("都有结果了"),
    N_("“{what}”的 {count} 个事项都作出了决定，有的准予，有的没有。理由和救济办法见“我的办件”。"),
)
ALL_REFUSED = Template(
    "cases.refused",
    N_("没有准予"),
    N_("“{what}”的 {count} 个事项都没有准予。理由和救济办法见“我的办件”。"),
)
CLOSED = Template(
    "cases.closed",
    N_("办结了"),
    N_("“{what}”办结了。证照和决定书都在“我的办件”里，可以下载、核验。"),
    channels=(Channel.MAIL,),
)
WITHDRAWN = Template(
    "cases.withdrawn",
    N_("申请撤回了"),
    N_("“{what}”（办件编号 {number}）已经撤回，各部门都停下了。填过的内容会留着，下次替您填好。"),
)
TERMINATED = Template(
    "cases.terminated", N_("办理终止"), N_("“{what}”的办理已经终止，理由写在通知书里，见“我的办件”。")
)
DEMANDED = Template(
    "cases.demanded",
    N_("部门又提出要材料"),
    N_("“{what}”一次告知以后，部门又提出要：{asked}。这一要求已经作为违规记录送监督部门，不影响办理期限。"),
)
PAPER_DUE = Template(
    "cases.paper-due",
    N_("答应后补的材料快到期了"),
    N_("“{what}”里的《{paper}》，您答应 {due_on} 前交，还没有交。打开办件就能交。"),
)
PAPER_MISSED = Template(
    "cases.paper-missed",
    N_("答应后补的材料没有按时交"),
    N_("“{what}”里的《{paper}》，答应 {due_on} 前交，没有交。部门可以依法不予许可或者撤销许可；请马上交。"),
)
PAPER_NEEDED = Template(
    "cases.paper-needed",
    N_("有一份材料要麻烦您准备"),
    N_("“{what}”里的《{paper}》，我们多次向{provider}取，一直没有取到。请您在草稿里补上，别的都不用变。"),
)
ALL = (
    SUBMITTED, ACCEPTED, DEEMED, SUPPLEMENTED, NOT_ACCEPTED, NOT_NEEDED, NOTICE, ALL_GRANTED, PARTLY, ALL_REFUSED,
    CLOSED, WITHDRAWN, TERMINATED, DEMANDED, PAPER_DUE, PAPER_MISSED, PAPER_NEEDED,
)  # fmt: skip
BY_OUTCOME = {"granted": ALL_GRANTED, "refused": ALL_REFUSED}


def paper_needed(case_id: uuid.UUID, paper: str, provider: str, *, at: dt.datetime) -> None:
    """Tell that a paper of a draft could not be obtained: whoever has left the draft would not see it."""
    tell(headline(case_id), PAPER_NEEDED, at, paper=paper, provider=provider)


def submitted(event: CaseSubmitted, *, at: dt.datetime) -> None:
    """Tell the number, and by when the office answers (行政许可法 32)."""
    case = _case(event)
    tell(case, SUBMITTED, at, number=spaced(event.number), due_on=case.completeness_due)


def accepted(event: CaseAccepted, *, at: dt.datetime) -> None:
    """Tell from which day it is accepted, how it came to that, and by when it is done."""
    case = _case(event)
    template = DEEMED if event.deemed else SUPPLEMENTED if event.supplemented else ACCEPTED
    tell(case, template, at, accepted_on=event.accepted_on, due_on=case.promised_due or case.statutory_due)


def not_accepted(event: CaseNotAccepted, *, at: dt.datetime) -> None:
    """Tell that it is not accepted, or that no licence is needed."""
    template = NOT_NEEDED if event.refusal == Refusal.NOT_NEEDED else NOT_ACCEPTED
    tell(_case(event), template, at)


def notice_given(event: NoticeGiven, *, at: dt.datetime) -> None:
    """Tell that something is to be supplemented, once."""
    tell(_case(event), NOTICE, at, count=event.demands)


def decided(event: CaseDecided, *, at: dt.datetime) -> None:
    """Tell that all departments have decided. Of a single item its department has told already."""
    if event.service_kind == "item":
        return
    case = _case(event)
    if len(case.items) > 1:
        tell(case, BY_OUTCOME.get(event.outcome, PARTLY), at, count=len(case.items))


def closed(event: CaseClosed, *, at: dt.datetime) -> None:
    """Tell that everything is handed over."""
    tell(_case(event), CLOSED, at)


def withdrawn(event: CaseWithdrawn, *, at: dt.datetime) -> None:
    """Confirm that it was taken back."""
    case = _case(event)
    tell(case, WITHDRAWN, at, number=spaced(case.number or ""))


def terminated(event: CaseTerminated, *, at: dt.datetime) -> None:
    """Tell that it ended without a decision; nobody writes to the dead."""
    case = _case(event)
    if case.number and event.ending != Ending.DEATH:
        tell(case, TERMINATED, at)


def demanded(event: BreachRecorded, *, at: dt.datetime) -> None:
    """Tell what was demanded too late, and that this is on record."""
    asked = models.Breach.objects.get(id=event.breach_id).what
    tell(_case(event), DEMANDED, at, asked=asked)


def _case(event: CaseEvent) -> Headline:
    return headline(event.case_id)


def tell(case: Headline, template: Template, at: dt.datetime, **values: object) -> None:
    """Send one message about a case to the applicant, and to who filed it for them and still may."""
    said = {"what": case.service_name} | {name: str(value) for name, value in values.items()}
    for one in hearers_of(case, at):
        messages.send(to=one, template=template.code, values=said, case=case.id, at=at)
