"""What every page of the desk of data has around it: its rail, the names of departments, sentences of failures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from tongban.channels.ui import errors
from tongban.channels.ui.pages import reader_of, render
from tongban.channels.ui.typed import Typed
from tongban.channels.ui.working_day import frame
from tongban.kernel import clock
from tongban.kernel.errors import N_, Failure
from tongban.kernel.language import translate

RAIL = (
    ("lists", N_("三清单"), "/data", "list-checks"),
    ("catalogue", N_("目录"), "/data/catalogue", "book-open"),
    ("flows", N_("交换"), "/data/flows", "workflow"),
    ("systems", N_("接入"), "/data/systems", "plug"),
    ("grants", N_("授权"), "/data/grants", "key"),
    ("contests", N_("质疑"), "/data/contests", "message-circle-question-mark"),
    ("worth", N_("成效"), "/data/worth", "chart-column"),
    ("keys", N_("按键"), "/data/keys", "circle-question-mark"),
)
"""Section, words, address, icon; what is last stands at the foot."""


def show(
    request: HttpRequest, template: str, section: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Return a page of the desk of data."""
    return render(
        request,
        template,
        keep=False,
        status=status,
        section=section,
        rail=RAIL,
        officer=request.officer,  # type: ignore[attr-defined]
        **{"form": Typed(), "wrong": "", **context},
        **frame(clock.now()),
    )


def said(request: HttpRequest, failure: Failure) -> str:
    """Return why something could not be done, in the reader's language."""
    return errors.said(failure, reader_of(request).language)


def go(request: HttpRequest, address: str) -> HttpResponse:
    """Return the way to another page after something was done."""
    return HttpResponseRedirect(reader_of(request).prefix + quote(address, safe="/?=&.%+-"), status=303)


def done(request: HttpRequest, sentences: Mapping[str, str]) -> str:
    """Return the sentence about what was just done, as the address names it; empty for anything else."""
    sentence = sentences.get(request.GET.get("done", ""), "")
    return translate(sentence, reader_of(request).language) if sentence else ""
