"""Addresses of the desk of data, below ``/data``."""

from __future__ import annotations

from tongban.channels.datadesk.views import (
    acts,
    catalogue,
    contests,
    demands,
    entries,
    flows,
    grants,
    inbox,
    lists,
    one_service,
    registering,
    secrecy,
    systems,
    tables,
    worth,
)

urlpatterns = [
    *lists.urls,
    *acts.urls,
    *tables.urls,
    *registering.urls,
    *catalogue.urls,
    *entries.urls,
    *demands.urls,
    *grants.urls,
    *inbox.urls,
    *flows.urls,
    *systems.urls,
    *one_service.urls,
    *contests.urls,
    *secrecy.urls,
    *worth.urls,
]
