"""Addresses of the desk, below ``/desk``."""

from __future__ import annotations

from django.urls import path

from tongban.channels.desk.views import (
    absence,
    acts,
    case,
    filters,
    inbox,
    looking,
    officers,
    queue,
    ratings,
    secrecy,
    supervision,
)

urlpatterns = [
    path("desk", queue.queue),
    path("desk/bulk", queue.bulk),
    path("desk/filters", filters.save),
    path("desk/filters/<uuid:id>/forget", filters.forget),
    path("desk/absence", absence.absence),
    path("desk/absence/<uuid:id>/cancel", absence.cancel),
    path("desk/keys", absence.keys),
    *inbox.urls,
    *officers.urls,
    *ratings.urls,
    *secrecy.urls,
    *supervision.urls,
    path("desk/cases/<uuid:case_id>", case.case),
    path("desk/cases/<uuid:case_id>/acts/<slug:act>", acts.act),
    path("desk/cases/<uuid:case_id>/preview", looking.preview),
    path("desk/cases/<uuid:case_id>/unmask/<slug:code>", looking.unmask),
    path("desk/cases/<uuid:case_id>/papers/<uuid:document>", looking.content),
]
