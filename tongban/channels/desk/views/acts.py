"""Every act on a case: its panel, and what its form does. Each is one operation of the domain."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongban.channels.desk import asked, typed
from tongban.channels.desk.presenters import facts, reading
from tongban.channels.desk.presenters.lanes import PROCEDURES
from tongban.channels.desk.typed import Typed
from tongban.channels.desk.views import case as screen
from tongban.channels.desk.views.case import Open
from tongban.channels.ui.access import staff
from tongban.channels.ui.pages import reader_of, render
from tongban.foundation.calendars import queries as calendars
from tongban.foundation.calendars.types import Procedure
from tongban.foundation.government import queries as government
from tongban.foundation.government.types import StaffMember
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_, Failure, Invalid, NotFound
from tongban.kernel.language import translate
from tongban.services.approvals import operations as approvals
from tongban.services.approvals.types import Change, Fault, Lapse, Member, Outcome, Stance
from tongban.services.cases import operations as cases
from tongban.services.cases.types import Demand, Ending, MaterialState, Refusal
from tongban.services.catalogue import queries as catalogue
from tongban.services.licences import operations as licences
from tongban.services.licences import queries as given
from tongban.services.licences.types import Correction, Licence, Line

PANELS = {
    "accept": "desk/acts/accept.html",
    "on-the-spot": "desk/acts/on_the_spot.html",
    "notice": "desk/acts/notice.html",
    "decline": "desk/acts/decline.html",
    "demand": "desk/acts/demand.html",
    "terminate": "desk/acts/terminate.html",
    "take": "desk/acts/take.html",
    "opinion": "desk/acts/opinion.html",
    "first-review": "desk/acts/opinion.html",
    "visit": "desk/acts/visit.html",
    "move-visit": "desk/acts/move_visit.html",
    "finding": "desk/acts/finding.html",
    "stop": "desk/acts/stop.html",
    "resume": "desk/acts/resume.html",
    "extend": "desk/acts/extend.html",
    "extend-round": "desk/acts/extend.html",
    "hand-over": "desk/acts/give.html",
    "assign": "desk/acts/give.html",
    "refuse": "desk/acts/refuse.html",
    "grant": "desk/acts/grant.html",
    "correct": "desk/acts/correct.html",
    "revoke": "desk/acts/revoke.html",
    "retract": "desk/acts/retract.html",
    "cancel": "desk/acts/cancel.html",
}
WORDS = {
    "accept": N_("受理"),
    "on-the-spot": N_("受理并当场办结"),
    "notice": N_("一次告知补正"),
    "decline": N_("不予受理"),
    "demand": N_("再要材料"),
    "terminate": N_("终止办理"),
    "take": N_("领办"),
    "opinion": N_("提出意见"),
    "first-review": N_("报送初审意见"),
    "visit": N_("安排联合踏勘"),
    "move-visit": N_("改踏勘时间"),
    "finding": N_("记录踏勘结果"),
    "stop": N_("停钟"),
    "resume": N_("恢复计时"),
    "extend": N_("延长期限"),
    "extend-round": N_("延长联合办理期限"),
    "hand-over": N_("转办"),
    "assign": N_("分派"),
    "refuse": N_("不予许可"),
    "grant": N_("准予许可"),
    "correct": N_("更正证照"),
    "revoke": N_("撤销许可"),
    "retract": N_("撤回许可"),
    "cancel": N_("注销许可"),
}
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
GOES_ON = frozenset(
    {"accept", "on-the-spot", "notice", "decline", "grant", "refuse", "hand-over", "first-review"}
)
"""After these there is nothing left to do here: the next case is offered."""
PLACES = ("premises-address", "business-address", "registered-address", "shop-address")
MSG_NO_BRANCH = N_("这件办件还没有审批线。")
MSG_LICENCE = N_("请从这件办件发出的证照里选。")


@dataclass(frozen=True, slots=True)
class Panel:
    """The open panel of an act: what it needs to ask, what was typed, what was wrong."""

    act: str
    words: str
    template: str
    typed: Typed
    wrong: str
    context: dict[str, object]
    goes_on: bool

    def value(self, name: str, otherwise: str = "") -> str:
        """Return what was typed into a field; before anything was sent, what it begins with."""
        return self.typed.get(name) if name in self.typed.values else otherwise

    @property
    def is_sent(self) -> bool:
        """Return whether the form came back."""
        return bool(self.typed.values)


def panel(request: HttpRequest, one: Open, act: str, form: Typed | None, failure: Failure | None) -> Panel:
    """Return the panel of an act."""
    language = reader_of(request).language
    wrong = translate(failure.sentence, language).format(**failure.values) if failure else ""
    context = NEEDS[act](one) if act in NEEDS else {}
    return Panel(act, WORDS[act], PANELS[act], form or Typed(), wrong, context, act in GOES_ON)


@staff()
def act(request: HttpRequest, case_id: uuid.UUID, act: str) -> HttpResponse:
    """Open the panel of an act (HTMX asks for it alone), or do the act and go on."""
    if act not in DOES:
        raise NotFound("act-unknown", N_("没有这一步。"))
    one = screen.opened(request, case_id, f"{screen.PURPOSE}：{WORDS[act]}")
    if request.method != "POST":
        return (
            _panel_alone(request, one, act)
            if request.headers.get("HX-Request")
            else screen.show(request, one, act)
        )
    form = typed.read(request)
    try:
        DOES[act](one, form)
    except NotFound:
        raise
    except Failure as failure:
        # Somebody may have been faster: the page says what was wrong and shows the case as it is now.
        return screen.show(request, screen.opened(request, case_id), act, form, failure)
    return HttpResponseRedirect(_way_on(request, one, act, form), status=303)


def _panel_alone(request: HttpRequest, one: Open, act: str) -> HttpResponse:
    possible = {button.act for button in screen.buttons_of(one) if button.is_possible}
    shown = panel(request, one, act, None, None) if act in possible else None
    return render(request, "desk/panel.html", keep=False, one=one, case=one.case, branch=one.branch, panel=shown,
                  licence_states=given.STATE_NAMES, asked=asked.read(request.GET))  # fmt: skip


def _way_on(request: HttpRequest, one: Open, act: str, form: Typed) -> str:
    wanted = asked.read(request.GET)
    before = reader_of(request).prefix
    if form.get("then") == "next":
        beside = screen._beside(one, wanted)
        if beside is not None and (beside.after or not beside.line):
            return before + (beside.after or wanted.address("/desk", place=0))
        return before + wanted.address("/desk", place=0)
    branch = f"&branch={one.branch.id}" if one.branch else ""
    query = wanted.query()
    return f"{before}/desk/cases/{one.case.id}?done={act}{branch}{'&' + query if query else ''}"


def _branch(one: Open) -> uuid.UUID:
    if one.branch is None:
        raise Invalid("no-branch", MSG_NO_BRANCH)
    return one.branch.id


def _accept(one: Open, form: Typed) -> None:
    cases.accept(case_id=one.case.id, by=one.by, at=one.at)


def _on_the_spot(one: Open, form: Typed) -> None:
    cases.accept(case_id=one.case.id, by=one.by, at=one.at)
    approvals.grant_on_the_spot(case_id=one.case.id, by=one.by, at=one.at)


def _notice(one: Open, form: Typed) -> None:
    demands = []
    papers = {f"{paper.item}.{paper.code}": paper for paper in one.case.materials}
    for key in form.all("paper"):
        paper = papers.get(key)
        if paper is not None:
            what = form.get(f"what:{key}") or paper.name
            demands.append(Demand(what=what, item=paper.item, material=paper.code))
    for code in form.all("field"):
        demands.append(Demand(what=form.get(f"what:{code}") or code, field=code))
    demands += _free_lines(form)
    cases.give_notice(case_id=one.case.id, demands=demands, by=one.by, at=one.at)


def _free_lines(form: Typed) -> list[Demand]:
    """Return what was written beside the list; each line says to which paper or field it belongs."""
    found = []
    for n in form.starting("line:"):
        what, (kind, _, key) = form.get(f"line:{n}"), form.get(f"of:{n}").partition(":")
        item, _, material = key.partition(".")
        if what:
            field = key if kind == "field" else ""
            found.append(Demand(what, item if not field else "", material if not field else "", field))
    return found


def _decline(one: Open, form: Typed) -> None:
    cases.refuse_acceptance(
        case_id=one.case.id, refusal=form.choice("refusal", Refusal), reason=form.get("reason"),
        right_body=form.get("right_body"), by=one.by, at=one.at,
    )  # fmt: skip


def _demand(one: Open, form: Typed) -> None:
    item = one.branch.item if one.branch else ""
    cases.demand_later(
        case_id=one.case.id, what=form.get("what"), reason=form.get("reason"), item=item, by=one.by, at=one.at
    )


def _terminate(one: Open, form: Typed) -> None:
    ending = form.choice("ending", Ending)
    cases.terminate(case_id=one.case.id, ending=ending, reason=form.get("reason"), by=one.by, at=one.at)


def _take(one: Open, form: Typed) -> None:
    approvals.take(branch_id=_branch(one), by=one.by, at=one.at)


def _opinion(one: Open, form: Typed) -> None:
    stance = form.choice("stance", Stance)
    approvals.give_opinion(
        branch_id=_branch(one), stance=stance, grounds=form.get("grounds"), by=one.by, at=one.at
    )


def _first_review(one: Open, form: Typed) -> None:
    stance = form.choice("stance", Stance)
    approvals.first_review(
        branch_id=_branch(one), stance=stance, grounds=form.get("grounds"), by=one.by, at=one.at
    )


def _visit(one: Open, form: Typed) -> None:
    members = [
        Member(branch.id, form.all(f"people:{branch.id}"))
        for branch in one.branches
        if form.all(f"people:{branch.id}")
    ]
    approvals.plan_visit(
        case_id=one.case.id, starts_at=form.moment("on", "from"), ends_at=form.moment("on", "until"),
        place=form.get("place"), prepare=form.get("prepare"), members=members, by=one.by, at=one.at,
    )  # fmt: skip


def _move_visit(one: Open, form: Typed) -> None:
    if one.round is None or one.round.visit is None:
        raise Invalid("no-visit", MSG_NO_BRANCH)
    approvals.move_visit(
        visit_id=one.round.visit.id, starts_at=form.moment("on", "from"), ends_at=form.moment("on", "until"),
        reason=form.get("reason"), by=one.by, at=one.at,
    )  # fmt: skip


def _finding(one: Open, form: Typed) -> None:
    passes = form.get("passes") == "yes"
    approvals.record_finding(
        branch_id=_branch(one), passes=passes, text=form.get("text"), by=one.by, at=one.at
    )


def _stop(one: Open, form: Typed) -> None:
    approvals.stop(
        branch_id=_branch(one), procedure=form.choice("procedure", Procedure), reason=form.get("reason"),
        expected_days=form.number("days"), hearing_on=form.day_or_none("hearing_on"), chair=form.get("chair"),
        by=one.by, at=one.at,
    )  # fmt: skip


def _resume(one: Open, form: Typed) -> None:
    approvals.resume(branch_id=_branch(one), last_on=form.day_or_none("last_on"), by=one.by, at=one.at)


def _extend(one: Open, form: Typed) -> None:
    approvals.extend(branch_id=_branch(one), reason=form.get("reason"), by=one.by, at=one.at)


def _extend_round(one: Open, form: Typed) -> None:
    approvals.extend_round(case_id=one.case.id, reason=form.get("reason"), by=one.by, at=one.at)


def _hand_over(one: Open, form: Typed) -> None:
    approvals.hand_over(
        branch_id=_branch(one), to=form.get("to"), reason=form.get("reason"), by=one.by, at=one.at
    )


def _assign(one: Open, form: Typed) -> None:
    approvals.assign(branch_id=_branch(one), to=form.get("to"), by=one.by, at=one.at)


def _grant(one: Open, form: Typed) -> None:
    approvals.decide(
        branch_id=_branch(one), outcome=Outcome.GRANTED, reasons=form.get("reasons"), by=one.by, at=one.at
    )


def _refuse(one: Open, form: Typed) -> None:
    remedies = tuple(line.strip() for line in form.get("remedies").splitlines() if line.strip())
    approvals.decide(
        branch_id=_branch(one), outcome=Outcome.REFUSED, reasons=form.get("reasons"), remedies=remedies,
        by=one.by, at=one.at,
    )  # fmt: skip


def _licence(one: Open, said: str) -> Licence:
    for licence in one.licences:
        if str(licence.id) == said:
            return licence
    raise Invalid("no-licence", MSG_LICENCE)


def _chosen(one: Open, form: Typed) -> list[str]:
    return [_licence(one, said).number for said in form.all("licence")]


def _correct(one: Open, form: Typed) -> None:
    licence = _licence(one, form.get("licence"))
    face = tuple(Line(line.label, form.get(f"face:{licence.id}:{n}")) for n, line in enumerate(licence.face))
    until = form.day_or_none(f"valid_until:{licence.id}")
    name = form.get(f"holder_name:{licence.id}") or None
    licences.correct_grant(
        id=licence.id, what=form.get("what"), by=one.by, at=one.at,
        correction=Correction(name, face, until, is_open_ended=until is None),
    )  # fmt: skip


def _revoke(one: Open, form: Typed) -> None:
    approvals.revoke(
        branch_id=_branch(one), licences=_chosen(one, form), fault=form.choice("fault", Fault),
        reasons=form.get("reasons"), harms_public=form.get("harms") == "yes", by=one.by, at=one.at,
    )  # fmt: skip


def _retract(one: Open, form: Typed) -> None:
    approvals.retract(
        branch_id=_branch(one), licences=_chosen(one, form), change=form.choice("change", Change),
        reasons=form.get("reasons"), compensation=form.get("compensation"), by=one.by, at=one.at,
    )  # fmt: skip


def _cancel(one: Open, form: Typed) -> None:
    approvals.cancel(
        branch_id=_branch(one), licences=_chosen(one, form), lapse=form.choice("lapse", Lapse),
        reasons=form.get("reasons"), by=one.by, at=one.at,
    )  # fmt: skip


DOES: dict[str, Callable[[Open, Typed], None]] = {
    "accept": _accept,
    "on-the-spot": _on_the_spot,
    "notice": _notice,
    "decline": _decline,
    "demand": _demand,
    "terminate": _terminate,
    "take": _take,
    "opinion": _opinion,
    "first-review": _first_review,
    "visit": _visit,
    "move-visit": _move_visit,
    "finding": _finding,
    "stop": _stop,
    "resume": _resume,
    "extend": _extend,
    "extend-round": _extend_round,
    "hand-over": _hand_over,
    "assign": _assign,
    "grant": _grant,
    "refuse": _refuse,
    "correct": _correct,
    "revoke": _revoke,
    "retract": _retract,
    "cancel": _cancel,
}


def _needs_notice(one: Open) -> dict[str, object]:
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


def _needs_colleagues(one: Open) -> dict[str, object]:
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


def _needs_visit(one: Open) -> dict[str, object]:
    people = _people({"joint-visit"}, one.case.district)
    names = {each.code: each for each in government.departments()}
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


def _needs_move(one: Open) -> dict[str, object]:
    return {"on": _soon(one)}


def _needs_opinion(one: Open) -> dict[str, object]:
    return {"standard": reading.standard("grant", one.item), "against": reading.standard("refuse", one.item)}


def _needs_decision(one: Open) -> dict[str, object]:
    latest = one.branch.opinion.grounds if one.branch and one.branch.opinion else ""
    return _needs_opinion(one) | {"latest": latest, "remedies": "\n".join(catalogue.get_city().remedies)}


def _needs_stop(one: Open) -> dict[str, object]:
    return {
        "procedures": list(PROCEDURES.items()),
        "chairs": [m for some in _people({"decide", "head"}, one.case.district).values() for m in some],
    }


def _needs_later(one: Open) -> dict[str, object]:
    return {"faults": FAULTS, "changes": CHANGES, "lapses": LAPSES}


NEEDS: dict[str, Callable[[Open], dict[str, object]]] = {
    "notice": _needs_notice,
    "hand-over": _needs_colleagues,
    "assign": _needs_colleagues,
    "visit": _needs_visit,
    "move-visit": _needs_move,
    "opinion": _needs_opinion,
    "first-review": _needs_opinion,
    "grant": _needs_decision,
    "refuse": _needs_decision,
    "stop": _needs_stop,
    "revoke": _needs_later,
    "retract": _needs_later,
    "cancel": _needs_later,
}
