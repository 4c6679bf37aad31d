"""Addresses of the portal, without their language (``/en`` is taken off before routing)."""

from __future__ import annotations

from django.urls import path

from tongban.channels.portal import signing
from tongban.channels.portal.views import (
    about,
    apply,
    browse,
    bundle,
    cases,
    choices,
    files,
    guide,
    home,
    inbox,
    licences,
    listing,
    progress,
    rating,
    search,
    verify,
)

urlpatterns = [
    *signing.urls,
    path("", home.home),
    path("search", search.search),
    path("suggest", search.suggest),
    path("items", browse.items),
    path("items.csv", listing.as_csv),
    *guide.urls,
    path("bundles", home.bundles),
    *bundle.urls,
    *apply.urls,
    *cases.urls,
    *rating.urls,
    *licences.urls,
    path("inbox", inbox.inbox),
    path("progress", progress.progress),
    path("themes", browse.themes),
    path("themes/<str:code>", browse.theme),
    path("for/<str:kind>", browse.audience),
    path("departments", browse.departments),
    path("departments/<str:code>", browse.department),
    path("districts", browse.districts),
    path("districts/<str:slug>", browse.district),
    path("centres", browse.centres),
    path("centres/<str:code>", browse.centre),
    path("verify", verify.verify),
    path("about", about.about),
    path("accessibility", about.accessibility),
    path("privacy", about.privacy),
    path("open-data", about.open_data),
    path("sitemap", about.sitemap),
    path("view", choices.view),
    path("district", choices.district),
    path("sitemap.xml", files.sitemap_xml),
    path("robots.txt", files.robots),
    path("static/<str:name>", files.asset),
    path("<path:rest>", about.nowhere),
]
