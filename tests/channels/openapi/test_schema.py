"""The document is true: whatever is asked, allowed or not, the answer is one that the document names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tongban.channels.openapi import document
from tongban.channels.openapi.examples import Examples

ITEM, BUNDLE, DISTRICT = (
    {"code": "food-workshop-permit"},
    {"code": "opening-a-restaurant"},
    {"district": "310104"},
)
KNOWN = Examples(
    parameters={
        "list_items": {"theme": "trade-permits", **DISTRICT},
        "get_item": ITEM | DISTRICT,
        "list_versions": ITEM,
        "list_changes": ITEM | {"before": "1", "after": "1"},
        "search": {"q": "开饭店"},
        "suggest": {"q": "sfz"},
        "get_bundle": BUNDLE,
        "list_bundle_versions": BUNDLE,
        "compile_reference": BUNDLE,
        "compile_bundle": BUNDLE,
        "get_department": {"code": "public-security"},
        "list_streets": DISTRICT,
        "list_centres": DISTRICT,
        "list_days": {"first": "2026-02-10", "last": "2026-02-28"},
    },
    bodies={"compile_bundle": {"answers": {"area": 120, "alcohol": True}}},
)
# No schema says which questions a bundle asks, or that the last day is not before the first.
MAY_REFUSE = {"compile_bundle", "list_days"}
REFUSED = ["400", "404", "405", "406", "411", "413", "414", "415", "422"]
config = schemathesis.Config.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}}
)
schema = schemathesis.openapi.from_dict(document.document("en", KNOWN), config=config)
schema.app = get_wsgi_application()


@pytest.fixture
def connection_kept(city: int) -> Iterator[None]:
    """Keep the connection on which the city is loaded: a server would close it after each request."""
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@pytest.mark.slow
@schema.parametrize()
@settings(
    max_examples=12, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
def test_every_answer_is_one_that_the_document_names(case, connection_kept: None) -> None:  # type: ignore[no-untyped-def]
    # The client in this process unpacks nothing.
    case.headers = {**(case.headers or {}), "Host": "localhost", "Accept-Encoding": "identity"}
    excluded = (
        [positive_data_acceptance] if case.operation.definition.raw["operationId"] in MAY_REFUSE else []
    )
    case.call_and_validate(excluded_checks=excluded)
