"""What tests of obtaining share: the small city of cases, whose police has the copy of an identity card as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from tests.factories.cases import Cast, load_city_of_cases, settle_cast
from tests.factories.obtaining import Register, holder, list_data, publish
from tongban.datahub.exchange import known
from tongban.services.obtaining import operations


@pytest.fixture(scope="module")
def people(standing: None) -> Cast:
    with override_settings(DEMONSTRATION=True):
        load_city_of_cases()
        list_data()
        return settle_cast()


@pytest.fixture
def cast(people: Cast, db: None, settings: Any) -> Cast:
    settings.DEMONSTRATION = True
    return people


@pytest.fixture
def register(cast: Cast) -> Iterator[Register]:
    """Yield the register that the police answers from; calls are made in the test's own transaction."""
    register = Register(holder)
    publish(register)
    with operations.in_this_transaction():
        yield register
    known.forget()
