"""The trace of a call, handed on to the department's own service: that of this node, or else the caller's own (W3C)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

PARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
STATE = re.compile(r"[\x20-\x7e]{1,512}")
PROPAGATOR = TraceContextTextMapPropagator()


def headers_of(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of the trace that goes on, none if there is none; ``sent`` are the caller's headers."""
    made: dict[str, str] = {}
    PROPAGATOR.inject(made)
    if made or not PARENT.fullmatch(sent.get("traceparent", "")):
        return made
    state = sent.get("tracestate", "")
    return {"traceparent": sent["traceparent"]} | ({"tracestate": state} if STATE.fullmatch(state) else {})
