"""Metrics and traces for whoever collects them: OTLP over HTTP to the address in TONGBAN_OTLP.

Without an address nothing is made and nothing is sent: the packages that send (requirements/otlp.txt) need not be there.
"""

from __future__ import annotations

import os
import socket
from multiprocessing.util import Finalize

from tongban.kernel.errors import Invalid

EVERY_MILLISECONDS = 15_000
END_MILLISECONDS = 3_000


def start(address: str, *, node: str = "city") -> None:
    """Begin to send this process's metrics and traces; raise Invalid when the packages for it are not installed.

    Args: ``node`` is the code of the node that it works for.
    """
    try:
        from opentelemetry import metrics, trace
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise not_installed() from None
    instance = f"{socket.gethostname()}:{os.getpid()}"
    said = {"service.name": "tongban", "service.instance.id": instance, "tongban.node": node}
    resource = Resource.create(said)
    reader = PeriodicExportingMetricReader(
        OTLPMetricExporter(endpoint=f"{address}/v1/metrics"), export_interval_millis=EVERY_MILLISECONDS
    )
    meters = MeterProvider(resource=resource, metric_readers=[reader])
    tracers = TracerProvider(resource=resource)
    tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{address}/v1/traces")))
    metrics.set_meter_provider(meters)
    trace.set_tracer_provider(tracers)
    # The server's workers are processes of multiprocessing, which end without what atexit knows.
    Finalize(None, meters.shutdown, args=(END_MILLISECONDS,), exitpriority=1)
    Finalize(None, tracers.shutdown, exitpriority=1)


def not_installed() -> Invalid:
    """Return the failure to show when what sends is missing."""
    return Invalid(
        "otlp-not-installed", "已设置 TONGBAN_OTLP，但发送所需的软件包没有安装：requirements/otlp.txt。"
    )
