"""Addresses of the desk of data, below ``/data``."""

from __future__ import annotations

from tongban.channels.datadesk.views import acts, lists

urlpatterns = [
    *lists.urls,
    *acts.urls,
]
