"""The seal beside a file: it holds for these bytes under this root, and no byte of it is free."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.foundation.trust.conftest import CLERK, NOON
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.trust import operations, queries
from tongban.foundation.trust.errors import NoSuchSeal
from tongban.kernel.types import Subject

pytestmark = pytest.mark.django_db
DATA = "清单".encode()


@pytest.fixture
def seal() -> bytes:
    operations.make_seal(code="evidence", name="存证专用章", department="", by=CLERK, at=NOON)
    return operations.seal_data(DATA, seal="evidence", reason="存证", by=CLERK, at=NOON)


@pytest.fixture
def root(seal: bytes) -> bytes:
    data = queries.root()
    assert data is not None
    return data


def test_it_says_who_and_when(seal: bytes, root: bytes) -> None:
    found = queries.check_sealed(DATA, seal, root)
    assert (found.is_good, found.who, found.signed_at) == (True, "存证专用章", NOON)
    assert ledger.entries(Subject("seal", "evidence"))[0].act == "seal.use"


def test_it_is_over_these_bytes_and_under_this_root(seal: bytes, root: bytes) -> None:
    assert not queries.check_sealed(DATA + b" ", seal, root).is_good
    for other in (b"", DATA, seal):
        assert not queries.check_sealed(DATA, seal, other).is_good
    for other in (b"", DATA, root, seal + b"\0", seal[:-1]):
        assert not queries.check_sealed(DATA, other, root).is_good
    with pytest.raises(NoSuchSeal):
        operations.seal_data(DATA, seal="nobody", reason="", by=CLERK, at=NOON)


@pytest.mark.slow
def test_no_byte_of_it_is_free(seal: bytes, root: bytes) -> None:
    @settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(0, len(seal) - 1), st.integers(1, 255))
    def changed(at: int, by: int) -> None:
        other = seal[:at] + bytes([seal[at] ^ by]) + seal[at + 1 :]
        assert not queries.check_sealed(DATA, other, root).is_good

    changed()
