"""``tongban search`` says what a page would show."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import timedelta

import pytest

from tongban.kernel.clock import now
from tongban.runtime import boot
from tongban.runtime.cli import main
from tongban.services.catalogue.search import operations
from tongban.services.catalogue.search.types import Entry, Kind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boot, "ready", nullcontext)
    monkeypatch.setenv("TONGBAN_LANGUAGE", "en")
    operations.rebuild(
        [Entry(Kind.BUNDLE, "opening-a-restaurant", "开饭店"), Entry(Kind.ITEM, "dog", "养犬登记")]
    )


def test_hits_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "我要开饭店"]) == 0
    assert "开饭店  (opening-a-restaurant)" in capsys.readouterr().out


def test_a_correction_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "我要开范店"]) == 0
    assert "“范店” looks like “饭店”" in capsys.readouterr().out
    assert main(["search", "范店", "--literal"]) == 1


def test_machines_get_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "养犬", "登记", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hits"][0]["code"] == "dog"


def test_nothing_found_is_a_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "阿斯蒂芬"]) == 1
    assert "Nothing found" in capsys.readouterr().out


def test_what_was_missed_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("宠物殡葬", "宠物 殡葬", "航天器"):
        operations.note_missed(text, found=0, at=now() - timedelta(days=1))
    assert main(["search", "missed", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["text"], row["count"]) for row in rows] == [("宠物殡葬", 2)]
    assert main(["search", "missed", "--least", "1"]) == 0
    assert "航天器" in capsys.readouterr().out
