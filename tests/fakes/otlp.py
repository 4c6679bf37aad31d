"""A collector of OTLP over HTTP (protobuf): answers as the specification says, and keeps what it was sent.

Checked against the real sender: it is the official exporter that speaks to it in the tests.
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

KINDS: dict[str, tuple[Any, Any]] = {
    "/v1/metrics": (ExportMetricsServiceRequest, ExportMetricsServiceResponse),
    "/v1/traces": (ExportTraceServiceRequest, ExportTraceServiceResponse),
}
PROTOBUF = "application/x-protobuf"


@dataclass
class Collector:
    """What came."""

    address: str
    received: list[Any] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def metrics(self) -> dict[str, list[Any]]:
        """Return the data points by the name of their metric, as they were sent last."""
        found: dict[str, list[Any]] = {}
        for request in self.received:
            for resource in getattr(request, "resource_metrics", ()):
                for metric in (one for scope in resource.scope_metrics for one in scope.metrics):
                    found[metric.name] = list(getattr(metric, metric.WhichOneof("data")).data_points)
        return found

    def spans(self) -> list[Any]:
        """Return all spans."""
        resources = [one for request in self.received for one in getattr(request, "resource_spans", ())]
        return [span for resource in resources for scope in resource.scope_spans for span in scope.spans]


def said(point: Any) -> dict[str, Any]:
    """Return the attributes of a data point or a span."""
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in point.attributes}


@contextmanager
def collector() -> Iterator[Collector]:
    """Yield a collector that listens."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path not in KINDS or self.headers["Content-Type"] != PROTOBUF:
                kept.refused.append(f"{self.path} {self.headers['Content-Type']}")
                self.send_error(415)
                return
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            request, response = KINDS[self.path]
            kept.received.append(request.FromString(body))
            answer = response().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", PROTOBUF)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    kept = Collector(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
