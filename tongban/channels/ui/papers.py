"""Papers that more than one channel hands out, drawn once. Official papers are written in Chinese."""

from __future__ import annotations

import datetime as dt

from tongban.foundation.government import queries as government
from tongban.kernel.clock import SHANGHAI
from tongban.services.cases import queries as cases
from tongban.services.cases.types import CaseMaterial, MaterialState, Receipt
from tongban.services.licences import queries as licences
from tongban.services.licences.types import Kind

HOW_GIVEN = {
    MaterialState.EXEMPT: "不用交，由部门调取",
    MaterialState.GIVEN: "已上传",
    MaterialState.COMMITTED: "已承诺",
}


def receipt_pdf(found: Receipt, site: str) -> bytes:
    """Return a receipt (收件凭证) as one page of PDF; ``site`` is the address that its link leads to."""
    departments = {one.code: one.name for one in government.departments()}
    received = official_day(found.received_at.astimezone(SHANGHAI).date())
    values = {
        "number": cases.spaced(found.number),
        "code": found.code,
        "to": found.applicant_name,
        "service": found.service_name,
        "received": received,
        "complete_by": official_day(found.completeness_due),
        "issuer": departments.get(found.departments[0], found.departments[0]) if found.departments else "",
        "date": received,
        "materials": [[one.name, how_given(one)] for one in found.materials],
        "link": f"{site}/progress?number={found.number}",
    }
    return licences.render(Kind.RECEIPT, values, at=found.received_at)


def official_day(day: dt.date) -> str:
    """Return a day as official papers write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def how_given(one: CaseMaterial) -> str:
    """Return in a word how a paper came in, as a receipt writes it."""
    if one.state is MaterialState.LATER and one.due_on:
        return f"答应{official_day(one.due_on)}前交"
    return HOW_GIVEN.get(one.state, "以后补")
