"""Browsing: all matters, life themes, audiences, departments, districts, halls."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongban.channels.portal import asked
from tongban.channels.portal.views.listing import listing
from tongban.channels.ui.access import public
from tongban.channels.ui.pages import reader_of, render
from tongban.foundation.government import queries as government
from tongban.kernel.errors import N_, NotFound
from tongban.kernel.pages import Page
from tongban.services.catalogue import queries as catalogue

AUDIENCES = {"person": "1", "company": "2"}
HALLS_A_PAGE = 24
ALL = "all"


@public
def items(request: HttpRequest) -> HttpResponse:
    """Show all matters, with filters."""
    return render(request, "portal/items.html", listing=listing(request, "/items"))


@public
def themes(request: HttpRequest) -> HttpResponse:
    """Show all life themes, for persons and for companies."""
    groups = [(name, catalogue.theme_cards(code)) for name, code in AUDIENCES.items()]
    return render(request, "portal/themes.html", groups=groups)


@public
def theme(request: HttpRequest, code: str) -> HttpResponse:
    """Show the matters of one theme."""
    found = catalogue.find_theme(code)
    if found is None:
        raise NotFound("theme-unknown", N_("没有“{value}”这个主题。"), value=code[:80])
    kind = "person" if found.audience == "1" else "company"
    return render(
        request,
        "portal/theme.html",
        theme=found,
        kind=kind,
        listing=listing(request, f"/themes/{code}", theme=code),
    )


@public
def audience(request: HttpRequest, kind: str) -> HttpResponse:
    """Show what persons, or companies, come for: themes and all matters."""
    if kind not in AUDIENCES:
        raise NotFound("audience-unknown", N_("只分“个人”和“企业”两类。"))
    code = AUDIENCES[kind]
    return render(
        request,
        "portal/audience.html",
        kind=kind,
        themes=catalogue.theme_cards(code),
        listing=listing(request, f"/for/{kind}", audience=code),
    )


@public
def departments(request: HttpRequest) -> HttpResponse:
    """Show all departments."""
    return render(request, "portal/departments.html", cards=catalogue.department_cards())


@public
def department(request: HttpRequest, code: str) -> HttpResponse:
    """Show a department: what it does, its other names, its matters."""
    found = government.get_department(code)
    return render(
        request,
        "portal/department.html",
        department=found,
        listing=listing(request, f"/departments/{code}", department=code),
    )


@public
def districts(request: HttpRequest) -> HttpResponse:
    """Show all districts."""
    return render(request, "portal/districts.html", cards=catalogue.district_cards())


@public
def district(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a district: its halls, its streets, and what it does better than the city's list."""
    found = government.find_district(slug)
    if found is None:
        raise NotFound("district-unknown", N_("没有“{value}”这个区。"), value=slug[:80])
    return render(
        request, "portal/district.html", district=found, streets=government.streets(found.code),
        centres=government.centres(found.code), listing=listing(request, f"/districts/{found.slug}", district=found.code),
    )  # fmt: skip


@public
def centres(request: HttpRequest) -> HttpResponse:
    """Show the halls where one can come in person, of one district or of all."""
    reader, known = reader_of(request), {one.slug: one for one in government.districts()}
    here = next((one.slug for one in known.values() if one.code == reader.district), ALL)
    slug = asked.choice(request.GET, "district", (ALL, *known), default=here)
    found = government.centres(known[slug].code if slug in known else None)
    number = asked.page(request.GET)
    start = (number - 1) * HALLS_A_PAGE
    page = Page(found[start : start + HALLS_A_PAGE], number, HALLS_A_PAGE, len(found))
    asked.check_page(number, page.pages)
    return render(
        request, "portal/centres.html", page=page, chosen=slug, districts=tuple(known.values()),
        at=lambda wanted: asked.address(f"{reader.prefix}/centres", {"district": slug}, page=wanted),
    )  # fmt: skip


@public
def centre(request: HttpRequest, code: str) -> HttpResponse:
    """Show one hall: where, when, which windows."""
    found = next((one for one in government.centres() if one.code == code), None)
    if found is None:
        raise NotFound("centre-unknown", N_("没有“{value}”这个大厅。"), value=code[:80])
    where = government.find_district(found.district) if found.district else None
    return render(
        request, "portal/centre.html", centre=found, district=where, windows=government.windows(code)
    )
