"""What operators see of the gateway: calls, errors by type, how long they take, circuits, use of quotas; and traces.

Made only where TONGBAN_OTLP names who collects it; the caller's trace (W3C ``traceparent``) is gone on with.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.db import Error as DatabaseError
from django.db import connection
from opentelemetry import metrics, trace
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from tongban.datahub.exchange import queries
from tongban.datahub.exchange.types import Answer
from tongban.kernel import clock

NAME = "tongban.exchange"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
CARRIED = {"HTTP_TRACEPARENT": "traceparent", "HTTP_TRACESTATE": "tracestate"}
HANDED_ON = {"HTTP_TONGBAN_TRACEPARENT": "traceparent", "HTTP_TONGBAN_TRACESTATE": "tracestate"}
"""Of a call that another node hands on: that node's own span, where it makes any; the caller's headers stay as they were."""
UNKNOWN = "unknown"
"""Instead of what callers have made up: a name of a metric's row is kept for ever."""
PROPAGATOR = TraceContextTextMapPropagator()


class Observer:
    """Counts and times calls, and makes a span of each."""

    def __init__(self) -> None:
        meter = metrics.get_meter(NAME)
        self._tracer = trace.get_tracer(NAME)
        self._calls = meter.create_counter(
            f"{NAME}.calls", unit="{call}", description="Calls, by service and error"
        )
        self._seconds = meter.create_histogram(
            f"{NAME}.duration",
            unit="s",
            description="How long a call took",
            explicit_bucket_boundaries_advisory=SECONDS,
        )
        meter.create_observable_gauge(
            f"{NAME}.circuit.open", [_circuits], description="1: the department is not asked for a while"
        )
        meter.create_observable_gauge(
            f"{NAME}.provider.busy",
            [_bulkheads],
            unit="1",
            description="Share of a provider's places that is taken",
        )
        meter.create_observable_gauge(
            f"{NAME}.quota.used",
            [_quotas],
            unit="1",
            description="Share of a grant's calls of today that is used",
        )

    def observe(self, environ: dict[str, Any], answer: Callable[[], Answer]) -> Answer:
        """Return the answer, observed."""
        carrier = carried(environ)
        began = time.perf_counter()
        with self._tracer.start_as_current_span(
            "exchange.call", PROPAGATOR.extract(carrier), SpanKind.SERVER
        ) as span:
            given = answer()
            said = said_of(environ.get("PATH_INFO", ""), given)
            span.set_attributes(said | {"http.response.status_code": given.status})
            if "error.type" in said:
                span.set_status(StatusCode.ERROR)
        self._calls.add(1, said)
        self._seconds.record(time.perf_counter() - began, said)
        return given


@lru_cache(maxsize=1)
def ours() -> Observer:
    """Return this process's observer: metrics are made once."""
    return Observer()


def carried(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the trace that a request is part of: another node's span where that hands it on, else the caller's."""
    names = HANDED_ON if "HTTP_TONGBAN_TRACEPARENT" in environ else CARRIED
    return {header: environ[name] for name, header in names.items() if name in environ}


def said_of(path: str, given: Answer) -> dict[str, str]:
    """Return what is said of a call: provider and service, if there are such, and the type of the error, if there was one."""
    headers = dict(given.headers)
    provider, service = queries.service_at(path) or (UNKNOWN, UNKNOWN)
    error = headers.get("X-Road-Error")
    return {"tongban.provider": provider, "tongban.service": service} | (
        {"error.type": error} if error else {}
    )


def _circuits(_options: CallbackOptions) -> Iterable[Observation]:
    for provider, service, is_open in queries.circuits():
        yield Observation(int(is_open), {"tongban.provider": provider, "tongban.service": service})


def _bulkheads(_options: CallbackOptions) -> Iterable[Observation]:
    for provider, taken, places in queries.bulkheads():
        yield Observation(taken / places, {"tongban.provider": provider})


def _quotas(_options: CallbackOptions) -> Iterable[Observation]:
    try:
        used = queries.quotas_used(clock.today())
    except DatabaseError:
        used = ()
    finally:
        connection.close()  # the thread that sends asks every now and then only
    return [Observation(one.share, {"tongban.grant": str(one.grant)}) for one in used]
