"""What machines ask for: assets, robots.txt, sitemap.xml."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from tongban.channels.portal import sitemap
from tongban.channels.ui import assets
from tongban.channels.ui.access import public
from tongban.channels.ui.pages import render, root


@public
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """Return a file of the design; its address names its content, so it may be kept for ever."""
    found = assets.by_address().get(f"/static/{name}")
    if found is None:
        raise Http404
    response = HttpResponse(found.body, found.kind)
    response["Cache-Control"] = assets.FOREVER
    return response


@public
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines what not to follow: choices and suggestions."""
    lines = [
        "User-agent: *",
        *(
            f"Disallow: {prefix}{path}"
            for prefix in ("", "/en")
            for path in ("/view", "/district?", "/suggest")
        ),
        f"Sitemap: {root(request)}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), "text/plain; charset=utf-8")


@public
def sitemap_xml(request: HttpRequest) -> HttpResponse:
    """List every page in both languages for search engines."""
    return render(
        request, "portal/sitemap.xml", paths=sitemap.paths(), type_="application/xml; charset=utf-8"
    )
