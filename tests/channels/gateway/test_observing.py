"""What a collector is sent of calls: by the real sender, read by a small collector of ours."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from opentelemetry import metrics, trace

from tests.factories import exchange
from tests.factories.exchange import ADDRESS, PROVIDER, Caller
from tests.fakes.otlp import Collector, collector, said
from tongban.channels.gateway import application, observing
from tongban.channels.gateway.observing import Observer
from tongban.datahub.exchange import queries
from tongban.datahub.exchange.providers import gates, tracing
from tongban.datahub.exchange.types import Answer
from tongban.datahub.nodes.operations import carrying
from tongban.kernel import clock
from tongban.kernel.errors import Invalid
from tongban.runtime import telemetry

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"
QUOTAS_USED = queries.quotas_used
GOOD = {"tongban.provider": PROVIDER, "tongban.service": "person"}


class Sent:
    """An observer whose metrics and spans go to a collector of ours."""

    def __init__(self, to: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
        self.collector, self._ends = to, list[tuple[Any, tuple[Any, ...]]]()
        self._providers: dict[str, Any] = {}
        monkeypatch.setattr(
            telemetry, "Finalize", lambda _, end, args=(), exitpriority=0: self._ends.append((end, args))
        )
        # What is set for a process stays so: here each test has its own.
        monkeypatch.setattr(
            "opentelemetry.metrics.set_meter_provider", lambda one: self._providers.update(meter=one)
        )
        monkeypatch.setattr(
            "opentelemetry.trace.set_tracer_provider", lambda one: self._providers.update(tracer=one)
        )
        telemetry.start(to.address)
        monkeypatch.setattr(metrics, "get_meter", self._providers["meter"].get_meter)
        monkeypatch.setattr(trace, "get_tracer", self._providers["tracer"].get_tracer)
        monkeypatch.setattr(connection, "close", lambda: None)  # the test's own is asked here
        self.observer = Observer()

    def flush(self) -> None:
        """Send what there is."""
        for one in self._providers.values():
            assert one.force_flush(10_000)

    def end(self) -> None:
        """Let go of it as a worker does when it ends."""
        for end, args in self._ends:
            end(*args)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, caller: Caller) -> Iterator[Sent]:
    with collector() as to:
        made = Sent(to, monkeypatch)
        # Gauges are asked in the sender's thread, which has no part in the test's transaction.
        monkeypatch.setattr(queries, "quotas_used", lambda day: ())
        try:
            yield made
        finally:
            made.end()


def call(sent: Sent, caller: Caller, address: str = f"{ADDRESS}?number=310101199001010014") -> int:
    environ = caller.environ(address)
    return sent.observer.observe(environ, lambda: caller.send(environ)).status


@pytest.mark.slow
def test_calls_errors_and_times(sent: Sent, caller: Caller) -> None:
    for _ in range(3):
        assert call(sent, caller) == 200
    call(sent, caller, ADDRESS)
    call(sent, caller, ADDRESS.replace("person", "made-up"))
    sent.flush()
    points = sent.collector.metrics()
    calls = {tuple(sorted(said(point).items())): point.as_int for point in points["tongban.exchange.calls"]}
    wrong = {"error.type": "Client.InvalidRequest"}
    unknown = {"tongban.provider": "unknown", "tongban.service": "unknown"}
    assert calls[tuple(sorted(GOOD.items()))] == 3
    assert calls[tuple(sorted((GOOD | wrong).items()))] == 1
    assert sum(calls.values()) == 5
    assert [dict(one) for one in calls if ("tongban.provider", "unknown") in one] == [
        unknown | {"error.type": "Server.ServerProxy.UnknownService"}
    ]
    (good,) = (one for one in points["tongban.exchange.duration"] if said(one) == GOOD)
    assert good.count == 3
    assert tuple(good.explicit_bounds) == observing.SECONDS
    assert sent.collector.refused == []


@pytest.mark.slow
def test_the_callers_trace_goes_on(sent: Sent, caller: Caller) -> None:
    environ = caller.environ(f"{ADDRESS}?number=310101199001010014")
    passed: list[dict[str, str]] = []

    def answer() -> Any:
        passed.append(tracing.headers_of({}))
        return caller.send(environ)

    sent.observer.observe(environ | {"HTTP_TRACEPARENT": TRACEPARENT}, answer)
    sent.flush()
    (span,) = sent.collector.spans()
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (TRACE, PARENT)
    assert said(span) == GOOD | {"http.response.status_code": 200}
    assert passed == [{"traceparent": f"00-{TRACE}-{span.span_id.hex()}-01"}]


@pytest.mark.slow
def test_circuits_bulkheads_and_quotas(caller: Caller, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    call(sent, caller)
    (used,) = QUOTAS_USED(clock.today())
    assert used.share == pytest.approx(0.001)
    monkeypatch.setattr(queries, "quotas_used", lambda day: [used])
    kept = gates.Gates(4)
    kept.circuits |= {("p", "well"): gates.Circuit(), ("p", "ill"): gates.Circuit()}
    for _ in range(gates.FAILURES):
        kept.circuits["p", "ill"].note(has_failed=True)
    kept.bulkhead("p").enter()
    monkeypatch.setattr(gates, "_gates", [kept])
    sent.flush()
    points = sent.collector.metrics()
    circuits = {said(one)["tongban.service"]: one.as_int for one in points["tongban.exchange.circuit.open"]}
    assert circuits == {"well": 0, "ill": 1}
    (busy,) = points["tongban.exchange.provider.busy"]
    assert (said(busy), busy.as_double) == ({"tongban.provider": "p"}, 0.5)
    (quota,) = points["tongban.exchange.quota.used"]
    assert (said(quota), quota.as_double) == ({"tongban.grant": str(used.grant)}, used.share)


@pytest.mark.parametrize(
    ("headers", "passed"),
    [
        ({}, {}),
        ({"traceparent": TRACEPARENT}, {"traceparent": TRACEPARENT}),
        (
            {"traceparent": TRACEPARENT, "tracestate": "a=b"},
            {"traceparent": TRACEPARENT, "tracestate": "a=b"},
        ),
        ({"traceparent": TRACEPARENT, "tracestate": "x" * 513}, {"traceparent": TRACEPARENT}),
        ({"traceparent": "00-x", "tracestate": "a=b"}, {}),
        ({"tracestate": "a=b"}, {}),
    ],
)
def test_where_nothing_is_collected_the_callers_trace_is_handed_on(
    headers: dict[str, str], passed: dict[str, str]
) -> None:
    assert tracing.headers_of(headers) == passed


def test_without_an_address_nothing_is_observed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("observed")

    monkeypatch.setattr(Observer, "observe", fail)
    monkeypatch.setattr(application, "respond", lambda environ, writer: Answer(200, (), b"{}"))
    started: list[str] = []
    answer = application.gateway(lambda environ, start: [])
    assert list(answer({"PATH_INFO": ADDRESS}, lambda status, headers: started.append(status))) == [b"{}"]
    assert started == ["200 OK"]


def test_what_sends_is_to_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.metrics", None)
    with pytest.raises(Invalid) as failure:
        telemetry.start("http://127.0.0.1:1")
    assert failure.value.code == "otlp-not-installed"


@pytest.fixture
def caller(db: None) -> Caller:
    exchange.make_service()
    exchange.make_grant()
    return exchange.make_caller()


@pytest.mark.slow
def test_the_trace_goes_on_at_another_node(sent: Sent, caller: Caller) -> None:
    """The caller's headers stay as they were signed; the node that hands the call on tells its own span beside them."""
    told: list[dict[str, str]] = []

    def answer() -> Answer:
        told.append(carrying._traced())
        return Answer(200, (), b"")

    sent.observer.observe({"PATH_INFO": "/r1/x", "HTTP_TRACEPARENT": TRACEPARENT}, answer)
    there = {"PATH_INFO": "/r1/x", "HTTP_TRACEPARENT": TRACEPARENT} | {
        f"HTTP_{name.upper().replace('-', '_')}": value for name, value in told[0].items()
    }
    sent.observer.observe(there, answer)
    sent.flush()
    first, second = sent.collector.spans()
    assert told[0] == {"tongban-traceparent": f"00-{TRACE}-{first.span_id.hex()}-01"}
    assert (first.trace_id.hex(), first.parent_span_id.hex()) == (TRACE, PARENT)
    assert (second.trace_id, second.parent_span_id) == (first.trace_id, first.span_id)
