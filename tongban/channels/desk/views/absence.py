"""Being away: who stands in from when until when; and the page of all keys."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongban.channels.ui import typed
from tongban.channels.ui.access import staff
from tongban.channels.ui.pages import reader_of, render
from tongban.channels.ui.working_day import frame
from tongban.foundation.government import queries as government
from tongban.foundation.identity import operations, queries
from tongban.foundation.identity.types import OFFICERS
from tongban.kernel import clock
from tongban.kernel.errors import Failure
from tongban.kernel.language import translate


@staff()
def absence(request: HttpRequest) -> HttpResponse:
    """Show when one is away and who stands in, or write it down."""
    me, form, at = request.who.staff, typed.read(request), clock.now()  # type: ignore[attr-defined]
    wrong = ""
    if request.method == "POST":
        try:
            operations.record_absence(
                staff=me.code, substitute=form.get("substitute"), from_on=form.day("from_on"),
                until_on=form.day("until_on"), reason=form.get("reason"), by=me.actor, at=at,
            )  # fmt: skip
            return HttpResponseRedirect(f"{reader_of(request).prefix}/desk/absence", status=303)
        except Failure as failure:
            wrong = translate(failure.sentence, reader_of(request).language).format(**failure.values)
    names = {member.code: member.name for member in government.staff()}
    return render(
        request, "desk/absence.html", keep=False, status=422 if wrong else 200, section="absence", form=form,
        wrong=wrong, absences=queries.absences(me.code), names=names, colleagues=_colleagues(me.code), **frame(at),
    )  # fmt: skip


def _colleagues(code: str) -> list[object]:
    """Return who can stand in: colleagues with a post in one of the departments of one's own posts."""
    posts = {post.code: post for post in government.posts()}
    everybody = government.staff()
    own = next((member for member in everybody if member.code == code), None)
    departments = {posts[one].department for one in (own.posts if own else ()) if one in posts}

    def can(member: object) -> bool:
        held = [posts[one] for one in member.posts if one in posts]  # type: ignore[attr-defined]
        return any(post.department in departments for post in held) and not any(
            set(post.may) & OFFICERS for post in held
        )

    return [member for member in everybody if member.code != code and can(member)]


@staff()
def cancel(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Be back earlier, or not go at all."""
    if request.method == "POST":
        operations.cancel_absence(absence=id, by=request.who.actor, at=clock.now())  # type: ignore[attr-defined]
    return HttpResponseRedirect(f"{reader_of(request).prefix}/desk/absence", status=303)


@staff()
def keys(request: HttpRequest) -> HttpResponse:
    """Show every key of the desk."""
    return render(request, "desk/keys.html", keep=False, section="keys", **frame(clock.now()))
