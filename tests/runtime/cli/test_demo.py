"""``tongban demo trouble``: a department's systems are slow or dead, and one that has none is said so."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tongban.demo.departments import publishing
from tongban.demo.departments.troubles import Trouble, Troubles
from tongban.runtime import boot, departments
from tongban.runtime.cli import main


@pytest.fixture
def troubles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Troubles:
    monkeypatch.setattr(boot, "ready", lambda **asked: contextlib.nullcontext())
    monkeypatch.setattr(
        publishing, "offered", lambda: {"id-card": SimpleNamespace(department="public-security")}
    )
    monkeypatch.setenv("TONGBAN_LANGUAGE", "en")
    monkeypatch.setenv("TONGBAN_STATE", str(tmp_path))
    return Troubles(tmp_path / departments.TROUBLES)


def test_systems_are_dead_and_well_again(troubles: Troubles, capsys: Any) -> None:
    assert main(["demo", "trouble", "public-security", "dead"]) == 0
    assert troubles() == {"public-security": Trouble.DEAD}
    assert main(["demo", "trouble", "public-security", "well"]) == 0
    assert troubles() == {}
    assert capsys.readouterr().out.splitlines() == [
        "The systems of public-security do not answer now.", "The systems of public-security are well again.",
    ]  # fmt: skip


def test_a_department_without_systems_is_said_so(troubles: Troubles, capsys: Any) -> None:
    assert main(["demo", "trouble", "zzz", "dead"]) != 0
    assert troubles() == {}
    assert "zzz has no systems in the demonstration; these have: public-security." in capsys.readouterr().err
