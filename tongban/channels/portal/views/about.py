"""Pages about the portal itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongban.channels.ui import errors
from tongban.channels.ui.access import public
from tongban.channels.ui.pages import render
from tongban.services.bundles import queries as bundles
from tongban.services.catalogue import queries as catalogue


@public
def about(request: HttpRequest) -> HttpResponse:
    """Say what this is, where its facts come from, and how sure they are."""
    return render(request, "portal/about.html", sources=tuple(catalogue.sources().values()))


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how the portal can be used by everybody, what is known not to work, and whom to tell."""
    return render(request, "portal/accessibility.html")


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept about a reader (two choices) and what is not (everything else)."""
    return render(request, "portal/privacy.html")


@public
def open_data(request: HttpRequest) -> HttpResponse:
    """Offer the whole catalogue as files and as an interface."""
    return render(
        request,
        "portal/open_data.html",
        total=catalogue.list_items(size=1).total,
        revision=catalogue.current_revision(),
    )


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    """Show every page for people."""
    return render(
        request, "portal/sitemap.html", themes=catalogue.theme_cards(), departments=catalogue.department_cards(),
        districts=catalogue.district_cards(), bundles=bundles.list_bundles(),
    )  # fmt: skip


@public
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer every address that no page has."""
    return errors.not_found(request)
