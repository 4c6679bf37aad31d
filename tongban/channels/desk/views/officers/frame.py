"""What the officers' pages share: their rail, sentences of failures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from tongban.channels.desk.presenters.officers import DUTIES
from tongban.channels.ui.pages import reader_of, render
from tongban.channels.ui.working_day import frame
from tongban.kernel import clock
from tongban.kernel.errors import N_, Failure
from tongban.kernel.language import translate

RAILS = {
    "system": (
        ("accounts", N_("账户"), "/desk/system", "users"),
        ("registered", N_("系统"), "/desk/system/registered", "monitor"),
    ),
    "security": (
        ("rights", N_("权限"), "/desk/security", "shield"),
        ("readings", N_("复核"), "/desk/security/readings", "eye"),
        ("lock_outs", N_("锁定"), "/desk/security/lock-outs", "lock"),
    ),
    "audit": (("ledger", N_("账本"), "/desk/audit", "scroll-text"),),
}


def show(request: HttpRequest, template: str, officer: str, wrong: str = "", **context: Any) -> HttpResponse:
    """Return a page of one of the three officers; 422 when something could not be done."""
    section = template.removeprefix("desk/officers_").removesuffix(".html")
    return render(
        request, template, keep=False, status=422 if wrong else 200, section=section, rail=RAILS[officer],
        wrong=wrong, duty_words=DUTIES, **context, **frame(clock.now()),
    )  # fmt: skip


def sentence(request: HttpRequest, failure: Failure) -> str:
    """Return what could not be done, in the reader's language."""
    return translate(failure.sentence, reader_of(request).language, **failure.values)


def page_of(request: HttpRequest) -> int:
    """Return the number of the page that an address asks for."""
    said = request.GET.get("page", "")
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 6 else 1
