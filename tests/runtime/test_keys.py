"""``tongban keys`` says what there is and never a key."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tongban.foundation.trust import operations, queries
from tongban.kernel.errors import Invalid
from tongban.runtime import boot
from tongban.runtime.cli import keys, parser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def booted(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def ready() -> Iterator[None]:
        yield

    monkeypatch.setattr(boot, "ready", ready)
    monkeypatch.setenv("TONGBAN_LANGUAGE", "en")


def typed(*line: str) -> argparse.Namespace:
    return parser(["keys"]).parse_args(["keys", *line])


def test_rotating_and_listing(capsys: pytest.CaptureFixture[str]) -> None:
    blob = operations.encrypt("test.cli", b"x")
    assert keys.rotate(typed("rotate", "test.cli", "--suite", "national", "--by", "keeper")) == 0
    assert "is current" in capsys.readouterr().out
    assert keys.show(typed("list")) == 0
    shown = capsys.readouterr().out
    assert "* test.cli  data  v2  national" in shown or "v2" in shown
    assert queries.decrypt("test.cli", blob) == b"x"
    assert keys.show(typed("list", "--json")) == 0
    assert '"purpose": "test.cli"' in capsys.readouterr().out


def test_wrong_words_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="没有用途"):
        keys.rotate(typed("rotate", "no.such", "--by", "x"))
    with pytest.raises(Invalid, match="找不到"):
        keys.rewrap(typed("rewrap", "--before", str(tmp_path / "none"), "--by", "x"))


@pytest.mark.slow
def test_wrapping_anew(tmp_path: Path, settings: Any) -> None:
    blob = operations.encrypt("test.rewrap", b"x")
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text(settings.MASTER_KEY + "\n")
    second.write_text("a second master key of more than 32 characters")
    settings.MASTER_KEY = second.read_text()
    try:
        assert keys.rewrap(typed("rewrap", "--before", str(first), "--by", "x")) == 0
        assert queries.decrypt("test.rewrap", blob) == b"x"
    finally:
        settings.MASTER_KEY = first.read_text().strip()
        keys.rewrap(typed("rewrap", "--before", str(second), "--by", "x"))
    assert queries.decrypt("test.rewrap", blob) == b"x"
