"""``tongban city check``: what it prints, and its exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.factories.city import TinyCity
from tongban.runtime.cli import main


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_LANGUAGE", "en")


def test_a_right_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = TinyCity(tmp_path).write()
    assert main(["city", "check", str(folder)]) == 0
    said = f"{folder}: no errors, 0 warnings. 3 items, 1 bundles, 3 departments.\n"
    assert capsys.readouterr().out == said


def test_mistakes_are_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city = TinyCity(tmp_path)
    del city.material["basis"]
    assert main(["city", "check", str(city.write())]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(
        "items/food.yaml:20:5  error material-without-basis  The material “申请书” has no"
    )
    assert first.endswith("(行政许可法 第三十条、第三十一条；优化营商环境条例 第三十五条、第四十四条)")
    assert last.endswith("1 errors, 0 warnings. A pack with errors can not be loaded.")


def test_in_chinese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGBAN_LANGUAGE", "zh")
    assert main(["city", "check", str(tmp_path / "无")]) == 1
    assert f"错误 no-folder  没有文件夹“{tmp_path / '无'}”。" in capsys.readouterr().out


def test_for_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city = TinyCity(tmp_path)
    city.other["steps"] = []
    assert main(["city", "check", str(city.write()), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    (problem,) = answer.pop("problems")
    assert problem["rule"] == "steps-missing"
    assert problem["severity"] == "warning"
    assert problem["file"] == "items/food.yaml"
    assert problem["line"] > 1
    assert answer == {
        "folder": str(city.folder),
        "ok": True,
        "errors": 0,
        "warnings": 1,
        "items": 3,
        "bundles": 1,
        "departments": 3,
        "resources": 0,
        "data_duties": 0,
        "demands": 0,
        "negatives": 0,
        "left_out": 0,
    }


def test_strict_counts_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city = TinyCity(tmp_path)
    city.other["steps"] = []
    assert main(["city", "check", str(city.write()), "--strict"]) == 1
    capsys.readouterr()


@pytest.mark.parametrize("name", [b"gone\xb2", b"none"])
def test_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: bytes) -> None:
    assert main(["city", "check", os.fsdecode(os.fsencode(tmp_path) + b"/" + name)]) == 1
    assert "no-folder" in capsys.readouterr().out


def test_the_folder_of_the_environment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGBAN_CITY", str(TinyCity(tmp_path).write()))
    assert main(["city", "check"]) == 0
    capsys.readouterr()


@pytest.mark.slow
def test_two_thousand_items_take_no_more_than_seconds(tmp_path: Path) -> None:
    """2 s alone on a machine of two cores; ten times that is a fault, not a busy machine."""
    import time

    city = TinyCity(tmp_path)
    for number in range(100):
        items = [dict(city.item, code=f"item-{number}-{one}", name=f"{number}-{one}") for one in range(20)]
        city.yaml[f"items/more-{number}.yaml"] = {"items": items}
    folder = city.write()
    began = time.monotonic()
    assert main(["city", "check", str(folder), "--json"]) == 0
    assert time.monotonic() - began < 20
