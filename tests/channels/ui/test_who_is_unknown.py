"""The database is away for a moment: who is signed in is not known, which is not the same as nobody."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from tongban.channels.ui import access, sessions


def away(request: HttpRequest) -> None:
    raise OperationalError("terminating connection")


@pytest.mark.parametrize("guard", [access.person, access.signed_in, access.staff()])
def test_who_can_not_be_known_is_not_sent_to_the_door(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch, guard: access.View
) -> None:
    request = rf.post("/apply/item/any")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "a-session"
    request.user = SimpleNamespace(is_authenticated=True)  # type: ignore[assignment]
    monkeypatch.setattr(sessions, "_who", away)
    with pytest.raises(OperationalError):
        guard(lambda request: HttpResponse())(request)
    assert sessions.who(request) is None, "the page that says so is made for nobody"
