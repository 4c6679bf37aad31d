"""Every act on a case: its panel, and what its form does. Each is one operation of the domain."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongban.channels.desk import asked
from tongban.channels.desk.views import case as screen
from tongban.channels.desk.views.acts import forms, panels
from tongban.channels.desk.views.case import Open
from tongban.channels.ui import typed
from tongban.channels.ui.access import staff
from tongban.channels.ui.pages import reader_of, render
from tongban.channels.ui.typed import Typed
from tongban.kernel.errors import N_, Failure, NotFound
from tongban.kernel.language import translate
from tongban.services.licences import queries as given


@dataclass(frozen=True, slots=True)
class Kind:
    """An act as the desk knows it; after one that ``goes_on`` nothing is left to do here: the next case is offered."""

    words: str
    template: str
    does: Callable[[Open, Typed], None]
    needs: Callable[[Open], dict[str, object]] | None = None
    goes_on: bool = False


ACTS = {
    "accept": Kind(N_("受理"), "desk/acts/accept.html", forms.accept, goes_on=True),
    "on-the-spot": Kind(N_("受理并当场办结"), "desk/acts/on_the_spot.html", forms.on_the_spot, goes_on=True),
    "notice": Kind(N_("一次告知补正"), "desk/acts/notice.html", forms.notice, panels.notice, goes_on=True),
    "decline": Kind(N_("不予受理"), "desk/acts/decline.html", forms.decline, goes_on=True),
    "demand": Kind(N_("再要材料"), "desk/acts/demand.html", forms.demand),
    "terminate": Kind(N_("终止办理"), "desk/acts/terminate.html", forms.terminate),
    "take": Kind(N_("领办"), "desk/acts/take.html", forms.take),
    "opinion": Kind(N_("提出意见"), "desk/acts/opinion.html", forms.opinion, panels.opinion),
    "first-review": Kind(
        N_("报送初审意见"), "desk/acts/opinion.html", forms.first_review, panels.opinion, goes_on=True
    ),
    "visit": Kind(N_("安排联合踏勘"), "desk/acts/visit.html", forms.visit, panels.visit),
    "move-visit": Kind(N_("改踏勘时间"), "desk/acts/move_visit.html", forms.move_visit, panels.move),
    "finding": Kind(N_("记录踏勘结果"), "desk/acts/finding.html", forms.finding),
    "stop": Kind(N_("停钟"), "desk/acts/stop.html", forms.stop, panels.stop),
    "resume": Kind(N_("恢复计时"), "desk/acts/resume.html", forms.resume),
    "extend": Kind(N_("延长期限"), "desk/acts/extend.html", forms.extend),
    "extend-round": Kind(N_("延长联合办理期限"), "desk/acts/extend.html", forms.extend_round),
    "hand-over": Kind(N_("转办"), "desk/acts/give.html", forms.hand_over, panels.colleagues, goes_on=True),
    "assign": Kind(N_("分派"), "desk/acts/give.html", forms.assign, panels.colleagues),
    "refuse": Kind(N_("不予许可"), "desk/acts/refuse.html", forms.refuse, panels.decision, goes_on=True),
    "grant": Kind(N_("准予许可"), "desk/acts/grant.html", forms.grant, panels.decision, goes_on=True),
    "correct": Kind(N_("更正证照"), "desk/acts/correct.html", forms.correct),
    "suspend": Kind(N_("暂扣证照"), "desk/acts/suspend.html", forms.suspend, panels.suspension),
    "resume-licence": Kind(
        N_("恢复证照"), "desk/acts/resume_licence.html", forms.resume_licence, panels.resumption
    ),
    "revoke": Kind(N_("撤销许可"), "desk/acts/revoke.html", forms.revoke, panels.later),
    "retract": Kind(N_("撤回许可"), "desk/acts/retract.html", forms.retract, panels.later),
    "cancel": Kind(N_("注销许可"), "desk/acts/cancel.html", forms.cancel, panels.later),
}


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
    kind = ACTS[act]
    context = kind.needs(one) if kind.needs else {}
    return Panel(act, kind.words, kind.template, form or Typed(), wrong, context, kind.goes_on)


@staff()
def act(request: HttpRequest, case_id: uuid.UUID, act: str) -> HttpResponse:
    """Open the panel of an act (HTMX asks for it alone), or do the act and go on."""
    if act not in ACTS:
        raise NotFound("act-unknown", N_("没有这一步。"))
    one = screen.opened(request, case_id, f"{screen.PURPOSE}：{ACTS[act].words}")
    if request.method != "POST":
        return (
            _panel_alone(request, one, act)
            if request.headers.get("HX-Request")
            else screen.show(request, one, act)
        )
    form = typed.read(request)
    try:
        ACTS[act].does(one, form)
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
        beside = screen.beside_of(one, wanted)
        if beside is not None and (beside.after or not beside.line):
            return before + (beside.after or wanted.address("/desk", place=0))
        return before + wanted.address("/desk", place=0)
    branch = f"&branch={one.branch.id}" if one.branch else ""
    query = wanted.query()
    return f"{before}/desk/cases/{one.case.id}?done={act}{branch}{'&' + query if query else ''}"
