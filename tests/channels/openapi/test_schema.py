"""The document is true: whatever is asked, allowed or not, the answer is one that the document names."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.channels.openapi.conftest import Undone
from tests.channels.openapi.software import Software, enter
from tests.factories.cases import store
from tongban.channels.openapi import document
from tongban.channels.openapi.examples import Examples
from tongban.foundation.documents.types import MEDIA_TYPES
from tongban.kernel import clock

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("openapi"),
    pytest.mark.usefixtures("anything_is_typed"),
]

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
    bodies={
        "compile_bundle": {"answers": {"area": 120, "alcohol": True}},
        "begin_case": {"service": {"kind": "item", "code": "residence-permit"}},
        "save_form": {"values": {"applicant-phone": "13800138000"}},
        "submit_case": {"declared_true": True},
    },
)


@schemathesis.serializer(*MEDIA_TYPES.values())
def as_it_is(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Send a file as the bytes it is."""
    return (
        value.data if hasattr(value, "data") else value if isinstance(value, bytes) else str(value).encode()
    )


# No schema says which questions a bundle asks, or that the last day is not before the first.
MAY_REFUSE = {"compile_bundle", "list_days"}
REFUSED = [
    "400",
    "401",
    "403",
    "404",
    "405",
    "406",
    "409",
    "411",
    "412",
    "413",
    "414",
    "415",
    "422",
    "428",
    "429",
]
config = schemathesis.Config.from_dict(
    {
        "checks": {
            one: {"expected-statuses": REFUSED}
            for one in ("negative_data_rejection", "missing_required_header")
        }
    }
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


@pytest.fixture(scope="module")
def own(loaded: int, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """Yield the token of a person's software and what they have: a draft with its papers."""
    with django_db_blocker.unblock(), override_settings(DEMONSTRATION=True, ACCOUNT_RATE_LIMITS={}):
        try:
            with transaction.atomic():
                yield _settled()
                raise Undone
        except Undone:
            pass


def _settled() -> dict[str, str]:
    software = Software(enter("p001"))
    service = software.http.get("/api/v1/items?size=100&audience=1&online=true").json()["items"]
    for number, one in enumerate(service):
        begun = software.ask("POST", "/cases", {"service": {"kind": "item", "code": one["code"]}}, status=None,
                             Idempotency_Key=f"begin-{number}")  # fmt: skip
        if begun.status_code == 201:
            case = begun.json()["id"]
            papers = software.ask("GET", f"/cases/{case}/materials")
            if papers:
                store(software.party, at=clock.now())
                return {
                    "token": software.token,
                    "case": case,
                    "item": papers[0]["item"],
                    "material": papers[0]["code"],
                }
    raise AssertionError("no item of the city can be applied for by a person")


def of_this_person(case: Any, own: dict[str, str]) -> None:
    """Put the person's own case where an id of the right form stands; what was made wrong stays wrong."""
    named = case.path_parameters or {}
    try:
        uuid.UUID(str(named.get("case", "")))
    except ValueError:
        return
    case.path_parameters = {**named, **{name: own[name] for name in named if name in own}}


@schema.parametrize()
@settings(
    max_examples=8, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
def test_every_answer_is_one_that_the_document_names(  # type: ignore[no-untyped-def]
    case, connection_kept: None, own: dict[str, str]
) -> None:
    operation = case.operation.definition.raw
    needs_token = bool(operation.get("security"))
    # The client in this process unpacks nothing.
    case.headers = {**(case.headers or {}), "Host": "localhost", "Accept-Encoding": "identity"}
    if needs_token:
        case.headers["Authorization"] = f"Bearer {own['token']}"
        of_this_person(case, own)
    stands_on_more = needs_token or operation["tags"] == ["public"] or operation["operationId"] in MAY_REFUSE
    case.call_and_validate(excluded_checks=[positive_data_acceptance] if stands_on_more else [])
