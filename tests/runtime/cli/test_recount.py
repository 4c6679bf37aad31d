"""``tongban exchange recount``: figures that were lost are there again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.factories import exchange
from tongban.datahub.exchange import queries
from tongban.foundation.statements import operations as statements
from tongban.kernel import clock
from tongban.runtime import boot
from tongban.runtime.cli import main


@contextmanager
def _ready() -> Iterator[None]:
    yield


@pytest.mark.slow
@pytest.mark.django_db
def test_figures_are_counted_anew(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(boot, "ready", _ready)
    monkeypatch.setenv("TONGBAN_LANGUAGE", "en")
    exchange.count_from_here(monkeypatch)
    exchange.make_service()
    exchange.make_grant()
    exchange.make_caller().call()
    statements.run("DELETE FROM exchange_counted_to", [])
    assert main(["exchange", "recount"]) == 0
    assert "Counted anew from " in capsys.readouterr().out
    found = queries.service_calls(
        exchange.PROVIDER, exchange.SERVICE, since=clock.now().replace(hour=0, minute=0), until=clock.now()
    )
    assert sum(one.counts.calls for one in found) >= 1
