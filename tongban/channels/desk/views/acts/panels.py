"""What the panel of each act needs to ask its questions."""

from __future__ import annotations

import datetime as dt

from tongban.channels.desk.presenters import facts, reading
from tongban.channels.desk.presenters.lanes import PROCEDURES
from tongban.channels.desk.views.case import Open
from tongban.foundation.calendars import queries as calendars
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import StaffMember
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_
from tongban.services.approvals.types import Change, Fault, Lapse
from tongban.services.cases.types import MaterialState
from tongban.services.catalogue import queries as catalogue
from tongban.services.licences import queries as licences
from tongban.services.licences.types import Act, LicenceState

PLACES = ("premises-address", "business-address", "registered-address", "shop-address")
FAULTS = {
    Fault.NOT_ELIGIBLE: N_("申请人不具备资格或者不符合条件"),
    Fault.PROCEDURE: N_("违反法定程序"),
    Fault.BEYOND_POWERS: N_("超越法定职权"),
    Fault.ABUSE: N_("滥用职权、玩忽职守"),
    Fault.FRAUD: N_("以欺骗、贿赂等不正当手段取得"),
    Fault.OTHER: N_("依法可以撤销的其他情形"),
}
CHANGES = {
    Change.LAW: N_("依据的法律、法规、规章修改或者废止"),
    Change.FACTS: N_("依据的客观情况发生重大变化"),
}
LAPSES = {
    Lapse.EXPIRED: N_("有效期满没有延续"),
    Lapse.DEATH: N_("公民死亡或者丧失行为能力"),
    Lapse.DISSOLUTION: N_("法人或者其他组织终止"),
    Lapse.TAKEN_BACK: N_("许可被撤销、撤回，或者证照被吊销"),
    Lapse.IMPOSSIBLE: N_("因不可抗力无法实施"),
    Lapse.OTHER: N_("法律、法规规定的其他情形"),
}


def notice(one: Open) -> dict[str, object]:
    """Return the fields that may be asked for, and the papers that are not there yet."""
    elements = catalogue.elements()
    fields = [
        (field.code, elements[field.code].name if field.code in elements else field.code)
        for field in one.case.form
    ]
    open_states = (MaterialState.MISSING, MaterialState.LATER)
    return {
        "fields": fields,
        "missing": {f"{p.item}.{p.code}" for p in one.case.materials if p.state in open_states},
    }


def colleagues(one: Open) -> dict[str, object]:
    """Return who of the branch's department handles cases."""
    department = one.branch.first_department or one.branch.department if one.branch else ""
    if one.branch and one.branch.stage.value == "main":
        department = one.branch.department
    found = _people({"review", "decide"}, one.case.district).get(department, [])
    return {
        "colleagues": [
            member
            for member in found
            if member.code not in (one.access.code, one.branch and one.branch.assignee)
        ]
    }


def _people(duties: set[str], district: str) -> dict[str, list[StaffMember]]:
    """Return the staff with one of these duties who handle cases of a district, by department."""
    posts = {post.code: post.department for post in government.posts() if duties & set(map(str, post.may))}
    found: dict[str, list[StaffMember]] = {}
    for member in government.staff():
        if not member.works_for(district):
            continue
        for department in {posts[code] for code in member.posts if code in posts}:
            found.setdefault(department, []).append(member)
    return found


def visit(one: Open) -> dict[str, object]:
    """Return who of each department may go, where to, and the day to begin with."""
    people = _people({"joint-visit"}, one.case.district)
    names = catalogue.departments()
    members = [
        (branch, names.get(branch.department), people.get(branch.department, []))
        for branch in one.branches
        if branch.needs_visit and not branch.is_final
    ]
    place = next((str(one.case.fields[code].value) for code in PLACES if code in one.case.fields), "")
    return {"members": members, "place": facts.shown("place", place), "on": _soon(one)}


def _soon(one: Open) -> str:
    """Return the working day after the next one: who is to be visited needs a day to prepare."""
    calendar, day = calendars.current_calendar(), one.at.astimezone(SHANGHAI).date()
    for _ in range(2):
        day = calendar.first_working_from(day + dt.timedelta(days=1))
    return day.isoformat()


def move(one: Open) -> dict[str, object]:
    """Return the day to begin with."""
    return {"on": _soon(one)}


def opinion(one: Open) -> dict[str, object]:
    """Return the standing words for and against."""
    return {"standard": reading.standard("grant", one.item), "against": reading.standard("refuse", one.item)}


def decision(one: Open) -> dict[str, object]:
    """Return the standing words, the latest opinion, and the remedies of a refusal."""
    latest = one.branch.opinion.grounds if one.branch and one.branch.opinion else ""
    return opinion(one) | {"latest": latest, "remedies": "\n".join(catalogue.get_city().remedies)}


def stop(one: Open) -> dict[str, object]:
    """Return the special procedures, and who may chair a hearing."""
    return {
        "procedures": list(PROCEDURES.items()),
        "chairs": [m for some in _people({"decide", "head"}, one.case.district).values() for m in some],
    }


def later(one: Open) -> dict[str, object]:
    """Return the grounds on which the law lets a grant be taken back."""
    return {"faults": FAULTS, "changes": CHANGES, "lapses": LAPSES}


def suspension(one: Open) -> dict[str, object]:
    """Return the licences that can be suspended, and the general law."""
    return _standing(one, Act.SUSPEND, LicenceState.VALID)


def resumption(one: Open) -> dict[str, object]:
    """Return the licences that are suspended, and the general law."""
    return _standing(one, Act.RESUME, LicenceState.SUSPENDED)


def _standing(one: Open, act: Act, state: LicenceState) -> dict[str, object]:
    return {"licences": [each for each in one.licences if each.state is state], "law": licences.LAWS[act]}
