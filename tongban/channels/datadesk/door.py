"""Who gets to the desk of data: data officers and the data authority. Everybody else is told whom to ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.channels.ui.access import staff
from tongban.channels.ui.pages import render
from tongban.channels.ui.working_day import frame
from tongban.datahub.resources import queries
from tongban.datahub.resources.types import Office
from tongban.foundation.government import queries as government
from tongban.foundation.identity.types import May, StaffAccess
from tongban.kernel import clock
from tongban.kernel.types import Actor

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Officer:
    """Who sits at the desk, and the department for which they look at it now."""

    access: StaffAccess
    office: Office
    department: str

    @property
    def actor(self) -> Actor:
        """Return who acts."""
        return self.access.actor

    @property
    def is_authority(self) -> bool:
        """Return whether they speak for the data authority."""
        return self.office.is_authority

    def acts_for(self, department: str) -> bool:
        """Return whether they may act for a department."""
        return queries.acts_for(self.access, department)

    def speaks_for(self, department: str) -> bool:
        """Return whether they are a department's own data officer."""
        return queries.speaks_for(self.access, department)


def officer(view: View) -> View:
    """Let data officers and the data authority call this view; ``request.officer`` is set."""

    @wraps(view)
    def entered(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        access = request.who.staff  # type: ignore[attr-defined]
        office = queries.office_of(access)
        if not office.exists:
            return _sorry(request, access)
        request.officer = Officer(access, office, _department(request, access, office))  # type: ignore[attr-defined]
        return view(request, *args, **values)

    return staff()(entered)


def _department(request: HttpRequest, access: StaffAccess, office: Office) -> str:
    """Return the department that was asked for, if it is one of theirs; else their first."""
    own = office.departments or tuple(sorted(access.departments))
    wanted = request.GET.get("of", "")
    return wanted if wanted in own else own[0] if own else ""


def _sorry(request: HttpRequest, access: StaffAccess) -> HttpResponse:
    """Return the page for staff who are not data officers: who is, in their own departments."""
    posts = {one.code for one in government.posts() if May.DATA_OFFICER in one.may and one.department in access.departments}  # fmt: skip
    return render(
        request,
        "datadesk/door.html",
        keep=False,
        status=403,
        officers=[one for one in government.staff() if posts & set(one.posts)],
        **frame(clock.now()),
    )
