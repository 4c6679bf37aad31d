"""The system officer: accounts of staff, their second factors, systems that sign on here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from tongban.channels.desk.views.officers.frame import page_of, sentence, show
from tongban.channels.ui import typed
from tongban.channels.ui.access import staff
from tongban.foundation.identity import operations, queries
from tongban.foundation.identity.types import DATA_SCOPES
from tongban.kernel import clock
from tongban.kernel.errors import N_, Failure, Invalid

MSG_ACT = N_("没有这种操作。")
SCOPES = {
    "profile": N_("姓名"),
    "staff": N_("岗位、部门和职责"),
    "cases:read": N_("看办件（每次问本人）"),
    "cases:write": N_("替人申请（每次问本人）"),
    "licences:read": N_("看证照（每次问本人）"),
    "messages:read": N_("看站内消息（每次问本人）"),
}


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to whom, and the secret that is shown this once."""

    act: str
    code: str
    secret: str = ""


@staff("system-officer")
def accounts(request: HttpRequest) -> HttpResponse:
    """Show the accounts of staff; open, close, or take second factors away."""
    form, done, wrong = typed.read(request), None, ""
    text = request.GET.get("q", "")[:80]
    if request.method == "POST":
        text = form.get("staff")
        try:
            done = _act(request, form.get("act"), form.get("staff"))
        except Failure as failure:
            wrong = sentence(request, failure)
    found = queries.staff_accounts(text=text, page=page_of(request))
    return show(request, "desk/officers_accounts.html", "system", wrong, text=text, found=found, done=done)


def _act(request: HttpRequest, act: str, code: str) -> Done:
    by, at = request.who.actor, clock.now()  # type: ignore[attr-defined]
    if act == "open":
        _, password = operations.open_staff_account(staff=code, by=by, at=at)
        return Done(act, code, password)
    acts: dict[str, Callable[..., None]] = {
        "close": operations.close_staff_account,
        "reset": operations.reset_second_factor,
    }
    if act not in acts:
        raise Invalid("officers-act", MSG_ACT)
    acts[act](staff=code, by=by, at=at)
    return Done(act, code)


@staff("system-officer")
def registered(request: HttpRequest) -> HttpResponse:
    """Show the systems that sign on here; register one, or strike one off."""
    form, done, wrong = typed.read(request), None, ""
    if request.method == "POST":
        try:
            done = _keep(request, form)
        except Failure as failure:
            wrong = sentence(request, failure)
    return show(
        request, "desk/officers_registered.html", "system", wrong, form=typed.Typed() if done else form, done=done,
        systems=queries.systems(), scopes=SCOPES, data_scopes=DATA_SCOPES,
    )  # fmt: skip


def _keep(request: HttpRequest, form: typed.Typed) -> Done:
    by, at, code = request.who.actor, clock.now(), form.get("code")  # type: ignore[attr-defined]
    if form.get("act") == "remove":
        operations.remove_system(code=code, by=by, at=at)
        return Done("remove", code)
    secret = operations.register_system(
        code=code,
        name=form.get("name"),
        redirect_uris=form.get("addresses").split(),
        after_logout=form.get("after_logout").split(),
        told_of_logout=form.get("told_of_logout"),
        scopes=["openid", *form.all("scope")],
        by=by,
        at=at,
    )
    return Done("register", code, secret)
