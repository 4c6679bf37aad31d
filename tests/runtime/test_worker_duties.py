"""What the worker does beside delivering: it seals and counts exchanges and signs the ledger, at their pace, not in a hurry."""

from __future__ import annotations

from typing import Any

import pytest

from tongban.datahub.exchange import operations as exchange
from tongban.datahub.subscriptions import operations as subscriptions
from tongban.foundation.attestation import operations as attestation
from tongban.foundation.outbox.types import Share
from tongban.runtime import working
from tongban.runtime.working import Worker


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done; sealing and counting find as many rows as fit at first, then none."""
    acts: list[str] = []
    sealed, counted = iter([exchange.MOST_SEALED, 0, 0]), iter([exchange.MOST_COUNTED, 0, 0])
    feeds = iter([subscriptions.MOST_SEALED, 0, 0])

    def seal(**_: Any) -> int:
        acts.append("seal")
        return next(sealed)

    def count(**_: Any) -> int:
        acts.append("count")
        return next(counted)

    def seal_changes(**_: Any) -> int:
        acts.append("feeds")
        return next(feeds)

    monkeypatch.setattr(exchange, "seal", seal)
    monkeypatch.setattr(subscriptions, "seal_changes", seal_changes)
    monkeypatch.setattr(exchange, "count_exchanges", count)
    monkeypatch.setattr(attestation, "sign_head", lambda **_: acts.append("sign"))
    for pace in ("SEAL_SECONDS", "COUNT_SECONDS", "SEAL_FEEDS_SECONDS", "SIGN_SECONDS"):
        monkeypatch.setattr(working, pace, 3600.0)
    return acts


def idle(share: Share) -> Worker:
    """Return a worker that has not done anything for long."""
    worker = Worker("", share=share)
    worker._sealed_at = worker._counted_at = worker._sealed_feeds_at = worker._signed_at = -7200.0
    return worker


@pytest.mark.parametrize("share", [Share.ALL, Share.PATIENT])
def test_it_seals_and_counts_goes_on_while_there_is_more_and_signs(done: list[str], share: Share) -> None:
    worker = idle(share)
    worker._attest()
    assert done == ["seal", "count", "feeds", "sign"]
    assert worker._sealed_at == worker._counted_at == worker._sealed_feeds_at == 0.0, (
        "there may be more: at once again"
    )
    worker._sealed_at = worker._counted_at = worker._sealed_feeds_at = -7200.0
    worker._attest()
    worker._attest()
    assert done == ["seal", "count", "feeds", "sign", "seal", "count", "feeds"]
    assert min(worker._sealed_at, worker._counted_at, worker._sealed_feeds_at) > 0.0


def test_a_prompt_one_leaves_it_to_the_patient(done: list[str]) -> None:
    idle(Share.PROMPT)._attest()
    assert done == []
