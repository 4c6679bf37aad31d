"""Choices of how pages look and which district they speak of: two cookies, set by plain links."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongban.channels.ui.access import public
from tongban.channels.ui.pages import iri, reader_of, render
from tongban.channels.ui.reader import DISTRICT_COOKIE, VIEW_COOKIE, is_safe_way_back
from tongban.foundation.government import queries as government
from tongban.kernel.errors import N_, Invalid

YEAR = 365 * 24 * 60 * 60


@public
def view(request: HttpRequest) -> HttpResponse:
    """Show the choices, or take one (?set=large) and go back to where the reader was."""
    choice = request.GET.get("set", "")
    if not choice:
        return render(request, "portal/view.html", back=_back(request))
    changed = reader_of(request).view.changed(choice)
    if changed is None:
        raise Invalid("view-unknown", N_("没有“{value}”这种显示方式。"), value=choice[:40])
    return _remember(request, VIEW_COOKIE, changed.written())


@public
def district(request: HttpRequest) -> HttpResponse:
    """Remember which district the reader is in (?code=310104; empty forgets) and go back."""
    code = request.GET.get("code", "")
    if code and not any(one.code == code for one in government.districts()):
        raise Invalid("district-unknown", N_("没有“{value}”这个区。"), value=code[:40])
    return _remember(request, DISTRICT_COOKIE, code)


def _remember(request: HttpRequest, name: str, value: str) -> HttpResponse:
    response = HttpResponseRedirect(iri_with_query(_back(request)), status=303)
    response["Cache-Control"] = "no-store"
    if value:
        response.set_cookie(
            name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie(name, samesite="Lax")
    return response


def iri_with_query(address: str) -> str:
    """Return an address with its query as it may stand in a header."""
    path, _, query = address.partition("?")
    return iri(path) + (f"?{query.encode('ascii', 'ignore').decode()}" if query else "")


def _back(request: HttpRequest) -> str:
    wanted = request.GET.get("back", "")
    return wanted if is_safe_way_back(wanted) else f"{reader_of(request).prefix}/"
