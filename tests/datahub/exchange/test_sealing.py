"""Every exchange becomes a leaf of the ledger, once: also when a sealer dies on the way, or two are at it."""

from __future__ import annotations

import uuid

import pytest

from tests.factories.exchange import Caller
from tongban.datahub.exchange import operations, queries
from tongban.datahub.exchange.operations import sealing
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.ledger import operations as ledger
from tongban.kernel import clock

NUMBER = "310101199001010014"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take what the test's own transaction has written as certain."""
    monkeypatch.setattr(sealing, "horizon", lambda: 1 << 62)


def called(caller: Caller, count: int = 1) -> list[uuid.UUID]:
    """Make calls and return their ids."""
    answers = [caller.call() for _ in range(count)]
    return [uuid.UUID(dict(one.headers)["X-Road-Request-Id"]) for one in answers]


def signed() -> None:
    ledger.link_pending()
    attestation.sign_head(at=clock.now())


@pytest.mark.usefixtures("at_once")
def test_an_exchange_has_a_proof_once_it_is_sealed(caller: Caller) -> None:
    ids = called(caller, 3)
    assert queries.proof_of(ids[0]) is None
    assert operations.seal(at=clock.now()) == 6
    proof = queries.proof_of(ids[1])
    assert proof is not None and (proof.number, proof.head_at, proof.holds) == (None, None, False)
    signed()
    for index, id in enumerate(ids):
        proof = queries.proof_of(id)
        assert proof is not None and proof.holds and proof.answer is not None
        assert (proof.call.index, proof.call.size, proof.signers) == (index, 3, ("ledger",))
        assert proof.number and proof.head_size and proof.number <= proof.head_size
    assert operations.seal(at=clock.now()) == 0
    assert queries.proof_of(uuid.uuid4()) is None
