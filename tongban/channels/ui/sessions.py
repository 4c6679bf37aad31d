"""Sessions: who is signed in, fifteen idle minutes, what is kept when they end.

Who has no session cookie is asked nothing and answered from kept pages; who has one is never answered from them,
and nothing that is said to them may be stored on the way.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user, logout
from django.db import Error as DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tongban.channels.ui.reader import split_language
from tongban.foundation.identity import operations, queries
from tongban.foundation.identity.errors import StaffUnknown
from tongban.foundation.identity.types import Account, Person, SessionState, StaffAccess
from tongban.kernel import clock
from tongban.kernel.types import Actor

BEGAN, SEEN = "tb_began", "tb_seen"
EVERY = dt.timedelta(seconds=15)
"""A sign of life is written down this often at most, to spare the database."""
STATUS = "/session"
"""Asking how long is left is no sign of life."""
RENEWED = "X-Renewed"
"""Nor is a page that renews itself: it says so in this header."""
NEVER_KEPT = ("csrfmiddlewaretoken", "password", "code", "credential", "secret")
DATA = "/data"
"""Where a code is the name of an entry, and no secret."""
PRIVATE = ("/account", "/my-data", "/apply", "/cases", "/desk", "/case", DATA)
"""Addresses whose forms are kept when a session ends while they are sent."""

Answer = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Who:
    """Who is signed in: the account, and the person or the member of staff it belongs to."""

    account: Account
    person: Person | None
    staff: StaffAccess | None
    second_factor: bool
    seconds_left: int

    @property
    def name(self) -> str:
        """Return what to call them on a page of their own."""
        return (
            self.staff.name if self.staff else self.person.name if self.person else self.account.phone_masked
        )

    @property
    def actor(self) -> Actor:
        """Return them as the actor of an operation."""
        if self.staff:
            return self.staff.actor
        return self.person.actor if self.person else Actor("account", str(self.account.id))


@dataclass(frozen=True, slots=True)
class Ended:
    """A session that just ended: when it was last seen, and the form that was kept, if one was sent."""

    seen: dt.datetime
    kept: uuid.UUID | None


class SessionMiddleware:
    """Ends sessions that were idle too long, and keeps what is said to who is signed in out of every cache."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        had_cookie = settings.SESSION_COOKIE_NAME in request.COOKIES
        try:
            if had_cookie and not request.path_info.startswith("/static/"):
                watch(request)
        except DatabaseError as error:
            # Nobody can be known without the database: the page that says so needs nobody.
            request._who = None  # type: ignore[attr-defined]
            return _without_database(request, error)
        response = self.get_response(request)
        if had_cookie or request.session.accessed:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _without_database(request: HttpRequest, error: DatabaseError) -> HttpResponseBase:
    from tongban.channels.ui import errors  # errors are pages, and pages ask here who is signed in

    return errors.of_exception(request, error)


def watch(request: HttpRequest) -> None:
    """End the session when it was idle too long; else note that its owner is alive."""
    if not request.user.is_authenticated:
        return
    at = clock.now()
    state = state_of(request, at)
    if not state.holds or _was_ended(request):
        end(request, at)
    elif _is_alive(request) and at - _moment(request, SEEN, at) >= EVERY:
        request.session[SEEN] = at.isoformat()


def _is_alive(request: HttpRequest) -> bool:
    """Return whether somebody asks, and not a page by itself."""
    return split_language(request.path)[1] != STATUS and RENEWED not in request.headers


def _was_ended(request: HttpRequest) -> bool:
    """Return whether the owner, or an officer, has ended all sessions that began when this one did."""
    since: dt.datetime | None = request.user.sessions_since  # type: ignore[union-attr]
    return since is not None and _moment(request, BEGAN, None) < since


def state_of(request: HttpRequest, at: dt.datetime) -> SessionState:
    """Return how long the session still holds."""
    return queries.session_state(
        began=_moment(request, BEGAN, None), seen=_moment(request, SEEN, None), at=at
    )


def _moment(request: HttpRequest, name: str, missing: dt.datetime | None) -> dt.datetime:
    text = request.session.get(name)
    # A session without a beginning was not made by a sign-in of ours: it is over.
    return dt.datetime.fromisoformat(text) if text else missing or dt.datetime.min.replace(tzinfo=dt.UTC)


def begin(request: HttpRequest) -> None:
    """Start the clock of a session that was just signed in."""
    request.session[BEGAN] = request.session[SEEN] = clock.now().isoformat()


def end(request: HttpRequest, at: dt.datetime) -> None:
    """End an idle session: keep the form it was sending, record it, forget who it was."""
    account = request.user.pk
    seen = _moment(request, SEEN, at)
    by = Actor("account", str(account))
    kept = None
    path = split_language(request.path)[1]
    if request.method == "POST" and path.startswith(PRIVATE):
        fields = {name: request.POST.getlist(name) for name in request.POST if _may_keep(name, path)}
        kept = operations.keep_form(account=account, path=request.path, fields=fields, by=by, at=at)
    operations.record_sign_out(account=account, reason="idle", by=by, at=at)
    logout(request)
    request.ended = Ended(seen, kept)  # type: ignore[attr-defined]


def _may_keep(name: str, path: str) -> bool:
    """Return whether a field may be kept: nothing that opens an account is."""
    return not name.startswith(NEVER_KEPT) or (name == "code" and path.startswith(DATA))


def ended(request: HttpRequest) -> Ended | None:
    """Return the session that ended with this request, if one did."""
    found: Ended | None = getattr(request, "ended", None)
    return found


def who(request: HttpRequest) -> Who | None:
    """Return who is signed in, None for everybody else. Read once a request, and only where there is a session."""
    if not hasattr(request, "_who"):
        known = settings.SESSION_COOKIE_NAME in request.COOKIES and hasattr(request, "user")
        try:
            signed = known and request.user.is_authenticated
            request._who = _who(request) if signed else None  # type: ignore[attr-defined]
        except DatabaseError as error:  # a page of failure is made while the database is away
            request._who, request._who_unknown = None, error  # type: ignore[attr-defined]
    found: Who | None = request._who  # type: ignore[attr-defined]
    return found


def who_for_sure(request: HttpRequest) -> Who | None:
    """Return who is signed in; raise DatabaseError when nobody can know. Who is only not known is not sent away."""
    found = who(request)
    unknown: DatabaseError | None = getattr(request, "_who_unknown", None)
    if unknown is not None:
        raise unknown
    return found


def _who(request: HttpRequest) -> Who:
    account = queries.account_of(request.user)  # the row was read to know that the session is theirs
    return Who(
        account=account,
        person=queries.get_person(account.person) if account.person else None,
        staff=_staff(account),
        second_factor=used_second_factor(request),
        seconds_left=state_of(request, clock.now()).seconds_left,
    )


def _staff(account: Account) -> StaffAccess | None:
    try:
        return queries.staff_access(account.staff, account=account.id) if account.staff else None
    except StaffUnknown:  # no longer in the pack: an account without posts
        return StaffAccess(account.id, account.staff or "", "", (), frozenset(), frozenset())


def used_second_factor(request: HttpRequest) -> bool:
    """Return whether this session was opened with a second factor or a passkey (or as a persona)."""
    from allauth.account.authentication import get_authentication_records

    records: list[dict[str, Any]] = get_authentication_records(request, request.user)
    # A persona counts only while this is a demonstration: a session must not outlive that.
    enough = {"mfa", "demonstration"} if queries.is_demonstration() else {"mfa"}
    return any(record.get("method") in enough for record in records)


def forget(request: HttpRequest) -> None:
    """Read anew who is signed in, after something about them changed."""
    if hasattr(request, "_who"):
        del request._who
        request.user = get_user(request)  # type: ignore[assignment]
