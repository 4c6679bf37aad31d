"""Who may call a view, said on the view. A check of the architecture wants every route to say it.

What a person or an office may do with a case is decided by the domain; here it is only who gets to the door.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.csrf import csrf_exempt

from tongban.channels.ui import errors, pages, sessions
from tongban.channels.ui.sessions import Who
from tongban.foundation.identity.types import May, StaffAccess
from tongban.kernel.errors import N_, NotAllowed

View = Callable[..., HttpResponse]
READS = ("GET", "HEAD")
SENDS = (*READS, "POST")
QUEUE = "/desk"
OFFICES = {
    May.SYSTEM_OFFICER: "/desk/system",
    May.SECURITY_OFFICER: "/desk/security",
    May.AUDIT_OFFICER: "/desk/audit",
    May.SUPERVISE: "/desk/supervision",
    May.DATA_OFFICER: "/data",
    May.DATA_AUTHORITY: "/data",
}
"""Where those work who have no queue: each of the three officers, none of whom sees a case, supervisors, data officers."""


def public(view: View) -> View:
    """Let anybody read this view (GET, HEAD); any other method is answered with 405."""

    @wraps(view)
    def reading(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        if request.method not in READS:
            return errors.wrong_method(request, READS)
        return view(request, *args, **values)

    reading.access = "public"  # type: ignore[attr-defined]
    # Reading needs no token; without this, a POST from elsewhere would be told about tokens instead of 405.
    return csrf_exempt(reading)


def declared_public(view: View) -> View:
    """Say that anybody may call this view, and leave its methods to it (the interface has its own)."""
    target: Any = getattr(view, "__self__", view)
    target.access = "public"
    return view


def anyone(view: View) -> View:
    """Let anybody read this view and send its form; nothing of it may be kept on the way."""

    @wraps(view)
    def form(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        if request.method not in SENDS:
            return errors.wrong_method(request, SENDS)
        return private(view(request, *args, **values))

    form.access = "anyone"  # type: ignore[attr-defined]
    return form


def signed_in(view: View) -> View:
    """Let who has signed in as a citizen call this view, the real name checked or not."""
    return _guarded(view, "signed-in", _need_citizen)


def whoever_signed_in(view: View) -> View:
    """Let who has signed in call this view, as a citizen or as staff: what it shows is their account's own."""
    return _guarded(view, "signed-in", lambda request, who: None if who else to_sign_in(request, "/signin"))


def person(view: View) -> View:
    """Let who has signed in and whose real name is checked call this view; ``request.who.person`` is set."""
    return _guarded(view, "person", _need_person)


def staff(*duties: str) -> Callable[[View], View]:
    """Let staff with one of these duties (any staff, if none is named) call this view, with both factors."""

    def guard(view: View) -> View:
        return _guarded(
            view, "staff:" + ",".join(duties), lambda request, who: _need_staff(request, who, duties)
        )

    return guard


def _guarded(view: View, name: str, need: Callable[[HttpRequest, Who | None], HttpResponse | None]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        if request.method not in SENDS:
            return errors.wrong_method(request, SENDS)
        who = sessions.who_for_sure(request)
        refused = need(request, who)
        if refused is None:
            request.who = who  # type: ignore[attr-defined]
            refused = view(request, *args, **values)
        return private(refused)

    guarded.access = name  # type: ignore[attr-defined]
    return guarded


def _need_citizen(request: HttpRequest, who: Who | None) -> HttpResponse | None:
    if who is None:
        return to_sign_in(request, "/signin")
    if who.account.is_staff:
        raise NotAllowed(
            "citizens-only", N_("这是个人办事的页面。您是用工作人员账户登录的，请退出后用个人账户登录。")
        )
    return None


def _need_person(request: HttpRequest, who: Who | None) -> HttpResponse | None:
    refused = _need_citizen(request, who)
    if refused is None and who is not None and who.person is None:
        return _to(request, f"/account/real-name?next={quote(pages.reader_of(request).here, safe='')}")
    return refused


def _need_staff(request: HttpRequest, who: Who | None, duties: tuple[str, ...]) -> HttpResponse | None:
    if who is None:
        return to_sign_in(request, "/staff/signin")
    if who.staff is None:
        raise NotAllowed("staff-only", N_("这是工作人员的页面。"))
    if who.account.must_change_password:
        return _to(request, "/account/password")
    if not who.second_factor:
        return _to(request, "/account/security")
    if duties and not who.staff.duties & set(duties):
        own = desk_of(who.staff)
        if own != QUEUE and pages.reader_of(request).path == QUEUE:
            return _to(request, own)
        raise NotAllowed("duty-missing", N_("您的岗位没有这项职责。"))
    return None


def desk_of(staff: StaffAccess) -> str:
    """Return where the work of a member of staff lies: an officer's own pages, else the queue."""
    return next((path for duty, path in OFFICES.items() if duty in staff.duties), QUEUE)


def to_sign_in(request: HttpRequest, door: str) -> HttpResponse:
    """Send somebody to the door and back here; say it first when their session has just ended."""
    back = pages.reader_of(request).here
    if request.headers.get("HX-Request"):
        # HTMX puts an answer into a part of the page; a door belongs into the whole window.
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = f"{pages.reader_of(request).prefix}{door}"
        return answer
    ended = sessions.ended(request)
    if ended:
        kept = f"/account/kept/{ended.kept}" if ended.kept else back if request.method in READS else ""
        return pages.render(
            request, "ui/ended.html", status=401, keep=False, ended=ended,
            door=f"{pages.reader_of(request).prefix}{door}?next={quote(kept, safe='')}",
        )  # fmt: skip
    if request.method not in READS:
        back = ""
    return _to(request, f"{door}?next={quote(back, safe='')}")


def _to(request: HttpRequest, path: str) -> HttpResponse:
    return HttpResponseRedirect(pages.reader_of(request).prefix + path, status=303)


def private(response: HttpResponse) -> HttpResponse:
    """Return the answer marked so that neither our page cache nor anybody else's keeps it."""
    response["Cache-Control"] = "no-store"
    response.headers.pop(pages.KEEP, None)
    return response
