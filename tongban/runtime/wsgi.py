"""The web application that granian's workers load.

Layers from the outside: what answers before Django (``layers``), then Django itself.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from typing import Any

from tongban.channels.gateway.connections import told_of_connections
from tongban.runtime import boot
from tongban.runtime.environment import Environment
from tongban.runtime.layers import layers
from tongban.runtime.processes import THREADS

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def build() -> Application:
    """Return the application, everything imported that the first request would otherwise wait for."""
    boot.set_up_django()
    from django.conf import settings
    from django.core.wsgi import WSGIHandler

    if settings.ENVIRONMENT.otlp:
        from tongban.runtime import telemetry

        telemetry.start(settings.ENVIRONMENT.otlp)

    from tongban.datahub.exchange import operations as exchange

    exchange.have_threads(THREADS)
    application: Application = WSGIHandler()
    boot.check_routes()
    for layer in layers():
        application = layer(application)
    return behind(application, settings.ENVIRONMENT)


def behind(application: Application, environment: Environment) -> Application:
    """Return the application as told by the proxies that the environment names."""
    if environment.behind_proxy:
        application = told_by_proxy(application)
    # Outside of that: it has to see the proxy's own address, not the reader's.
    proxies = environment.tls_proxies
    return told_of_connections(application, proxies) if proxies else application


def told_by_proxy(application: Application) -> Application:
    """Return the application with the reader's address and scheme as the proxy in front tells them.

    Of several addresses the last one counts: the proxy added it, the others anybody could have sent.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        address = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if address:
            environ["REMOTE_ADDR"] = address
        if environ.get("HTTP_X_FORWARDED_PROTO") == "https":
            environ["wsgi.url_scheme"] = "https"
        return application(environ, start_response)

    return answer


application = build()
# What start-up made lives for ever: the collector's full passes need not walk it (half a second at peers).
gc.collect()
gc.freeze()
# What a request makes dies with it, by its counts; cycles are rare, and looking for them every 700 objects is not free.
gc.set_threshold(10_000, 10, 10)
