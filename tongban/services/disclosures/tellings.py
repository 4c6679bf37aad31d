"""What people are told: that somebody read their data, that their question was answered, or is late; officers, of misuse."""

from __future__ import annotations

import datetime as dt
import uuid

from tongban.datahub.resources import queries as resources
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import May
from tongban.foundation.identity import queries as identity
from tongban.foundation.messages import operations as messages
from tongban.foundation.messages.types import Channel, Template
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_
from tongban.kernel.types import Subject
from tongban.services.disclosures import models, standing
from tongban.services.disclosures.answering import officers_of
from tongban.services.disclosures.events import (
    AskedBesidePurpose,
    ContestAnswered,
    ContestOverdue,
    ContestStated,
)
from tongban.services.disclosures.types import Verdict

READ = Template(
    "disclosures.read", N_("有部门调取了您的数据"),
    N_("{who}调取了您的数据，共 {count} 次。看了什么、为哪件事、凭哪条法，请看“我的数据”；不认识的，可以当场问。"),
    channels=(Channel.MAIL,),
)  # fmt: skip
LAWFUL = Template(
    "disclosures.lawful", N_("您问的一次查询，有答复了"),
    N_("{who}答复您 {day} 的查询：{answer} 不服的，可以向人民法院提起诉讼（个人信息保护法第五十条）。"),
)  # fmt: skip
MISTAKE = Template(
    "disclosures.mistake", N_("您问的一次查询，是对方错了"),
    N_("{who}承认 {day} 的查询有错：{answer} 处理：{measure}"),
)  # fmt: skip
LATE = Template(
    "disclosures.late", N_("您问的一次查询，对方没有按时答复"),
    N_("{who}没有在 {due_on} 以前答复您，已经转督查督办。您不用再做什么。"),
    channels=(),
)  # fmt: skip
STATED = Template(
    "disclosures.stated", N_("有人问一次数据查询"),
    N_("本人不认识 {day} 的一次查询，请在 {due_on} 前写明理由答复本人。"),
    channels=(),
)  # fmt: skip
STATED_FOR = Template(
    "disclosures.stated_for", N_("有人问一次数据查询，要转请别的机关查明"),
    N_("本人问 {day} 的一次查询。它是{office}的，那里没有市里的数据台：请转请它查明，在 {due_on} 前写明理由答复本人。"),
    channels=(),
)  # fmt: skip
OFFICE_LATE = Template(
    "disclosures.office_late", N_("对本人的答复逾期了"),
    N_("本人问 {day} 的一次查询，到 {due_on} 没有答复，已转督查。"),
    channels=(),
)  # fmt: skip
BESIDE = Template(
    "disclosures.beside", N_("有授权被用在别的事情上"),
    N_("{holder} {day} 用“{resource}”的授权，为不该用它的 {cases} 件办件查了 {calls} 次。请先问对方；说不清楚的，收回授权。"),
    channels=(),
)  # fmt: skip
BESIDE_HELD = Template(
    "disclosures.beside_held", N_("您部门的系统超出授权用途查了数据"),
    N_("{day} 用“{resource}”的授权，为不该用它的 {cases} 件办件查了 {calls} 次，已经告诉给数部门，并转督查。请查明原因，按督办单作出说明。"),
    channels=(),
)  # fmt: skip
ALL = (READ, LAWFUL, MISTAKE, LATE, STATED, STATED_FOR, OFFICE_LATE, BESIDE, BESIDE_HELD)


def stated(event: ContestStated, *, at: dt.datetime) -> None:
    """Tell who answers that a person waits, and for which office where it is not their own."""
    row = models.Contest.objects.get(id=event.contest_id)
    template = STATED_FOR if standing.contest(row).is_for_another else STATED
    _tell_office(template, row, event.due_on, at)


def answered(event: ContestAnswered, *, at: dt.datetime) -> None:
    """Tell what was answered."""
    row = models.Contest.objects.get(id=event.contest_id)
    template = MISTAKE if event.verdict == Verdict.MISTAKE.value else LAWFUL
    _send(row, template, at, answer=row.answer, measure=row.measure, day=row.reading_at.date().isoformat())


def overdue(event: ContestOverdue, *, at: dt.datetime) -> None:
    """Tell that it is late and who looks after it now."""
    row = models.Contest.objects.get(id=event.contest_id)
    _send(row, LATE, at, due_on=event.due_on)
    _tell_office(OFFICE_LATE, row, event.due_on, at)


def asked_beside_purpose(event: AskedBesidePurpose, *, at: dt.datetime) -> None:
    """Tell the officers of who gave the data and the authority, which ends it (上海市数据条例 39), and those of who used it."""
    kept = resources.find_resources([event.resource])
    values = {
        "holder": name_of(event.holder), "resource": kept[event.resource].name if kept else event.resource,
        "day": event.day, "cases": event.cases, "calls": event.calls,
    }  # fmt: skip
    about = Subject("data-grant", event.grant_id)
    giving = (*officers_of(event.owner, ""), *identity.staff_with(May.DATA_AUTHORITY))
    for template, members in ((BESIDE, giving), (BESIDE_HELD, officers_of(event.holder, ""))):
        for code in dict.fromkeys(one.code for one in members):
            messages.send(
                to=Subject("staff", code), template=template.code, values=values, about=about, at=at
            )


def _send(row: models.Contest, template: Template, at: dt.datetime, **values: object) -> uuid.UUID:
    said = {"who": name_of(standing.contest(row).answering), **values}
    return messages.send(to=Subject(row.owner_kind, row.owner_id), template=template.code, values=said, at=at)


def _tell_office(template: Template, row: models.Contest, due_on: str, at: dt.datetime) -> None:
    said = {
        "day": row.reading_at.astimezone(SHANGHAI).date().isoformat(),
        "due_on": due_on,
        "office": name_of(row.office),
    }
    about = Subject("data-contest", str(row.id))
    for one in officers_of(row.department, row.district):
        messages.send(to=Subject("staff", one.code), template=template.code, values=said, about=about, at=at)


def name_of(department: str, otherwise: str = "") -> str:
    """Return what a department or a district's office is called."""
    known = {one.code: one.name for one in government.departments()}
    if department in known or not department:
        return known.get(department, otherwise)
    office = government.offices_of_districts([department]).get(department)
    return office.name if office else otherwise or department
