"""Which channel answers which address: the interface under /api/, the desks under /desk and /data, the portal everything else."""

from __future__ import annotations

import importlib.util

from django.urls import URLPattern, URLResolver, include, path


def _routes() -> list[URLPattern | URLResolver]:
    # The interface comes first: the portal ends with a page for everything unknown.
    channels = (
        ("api/", "tongban.channels.openapi.urls"),
        ("", "tongban.channels.desk.urls"),
        ("", "tongban.channels.datadesk.urls"),
        ("", "tongban.channels.portal.urls"),
    )
    return [path(at, include(module)) for at, module in channels if importlib.util.find_spec(module)]


urlpatterns = _routes()

# Pages for what fails before or beside a view; what a view raises is answered by PageMiddleware.
handler400 = "tongban.channels.ui.errors.bad_request"
handler404 = "tongban.channels.ui.errors.not_found"
handler500 = "tongban.channels.ui.errors.server_error"
