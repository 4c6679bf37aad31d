"""``tongban bundle report``: figures for machines and people, sentences for wrong answers."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tongban.runtime.cli import main
from tongban.runtime.environment import ROOT

pytestmark = pytest.mark.slow  # each reads the whole pack
CITY = ["--city", str(ROOT / "city" / "shanghai")]
RESTAURANT = ["bundle", "report", "opening-a-restaurant", *CITY]


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_LANGUAGE", "zh")


def report(capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    assert main([*RESTAURANT, "--json", *more]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def refused(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    code = main([*RESTAURANT, *more])
    return code, capsys.readouterr().err


def test_without_answers_it_is_the_reference_case(capsys: pytest.CaptureFixture[str]) -> None:
    answer = report(capsys)
    measures = ["materials", "checks", "days", "visits"]
    assert [answer["before"][one] for one in measures] == [31, 3, 58, 6]
    assert [answer["after"][one] for one in measures] == [12, 1, 10, 1]
    assert set(answer["before"]) == {*measures, "fields", "licences"}
    for measure in answer["before"]:
        saved = sum(one["count"] for one in answer["savings"] if one["measure"] == measure)
        assert saved == answer["before"][measure] - answer["after"][measure]
    assert all(one["kind"] and one["what"] and one["reason"] and one["law"] for one in answer["savings"])
    assert all({"step", "department", "days", "after"} <= set(step) for step in answer["path"])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "premises: own\nfiler: agent\n"),
        ("a.json", '{"premises": "own", "filer":"agent", "area": 320.5}'),
        ("a.yaml", "# 只改一项\npremises: own\nalcohol: 否\narea: '３２０'\n"),
    ],
)
def test_answers_come_from_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    assert report(capsys, "--answers", str(file))["after"]["materials"] == 11


def test_answers_may_be_piped_in(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"premises: own\n")))
    assert report(capsys, "--answers", "-")["after"]["materials"] == 11


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"arae: 3\n", "没有“arae”这个问题，是不是“area”？"),
        (b"area: -5\npremises: mine\n", "不能小于 5"),
        (b"area: [1, 2]\n", "请填数字"),
        (b"- area\n", "每行一个"),
        ("area: 面积\n".encode("gbk"), "GBK"),
        (b"area: &a 3\n", "锚点"),
        (b"area: !!python/object:os.system x\n", "标签"),
        (b"x" * 70000, "最多 64 KB"),
        (b'{"area": NaN}', "请填数字"),
    ],
)
def test_wrong_answers_are_refused_with_sentences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: bytes, sentence: str
) -> None:
    file = tmp_path / "answers.yaml"
    file.write_bytes(text)
    code, told = refused(capsys, "--answers", str(file))
    assert code == 1
    assert sentence in told
    assert "Traceback" not in told


def test_all_wrong_answers_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("area: 1\nalcohol: 7\nnobody: 1\n")
    assert len(refused(capsys, "--answers", str(file))[1].splitlines()) == 3


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "--answers", str(tmp_path / "none.yaml"))[0] == 2
    assert refused(capsys, "--answers", str(tmp_path))[0] == 2


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("opening-a-restorant", "是不是“opening-a-restaurant”？"),
        ("zzz", "有："),
        ("x" * 5000, "…"),
    ],
)
def test_an_unknown_bundle_is_told_with_what_may_be_meant(
    capsys: pytest.CaptureFixture[str], code: str, sentence: str
) -> None:
    assert main(["bundle", "report", code, *CITY]) == 1
    told = capsys.readouterr().err
    assert sentence in told
    assert len(told) < 1000


def test_a_folder_that_is_no_pack_has_no_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bundle", "report", "opening-a-restaurant", "--city", str(tmp_path)]) == 1
    assert "没有一件事" in capsys.readouterr().err


@pytest.mark.parametrize(("language", "words"), [("zh", "上门核查"), ("en", "Site checks")])
def test_people_get_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    monkeypatch.setenv("TONGBAN_LANGUAGE", language)
    assert main(RESTAURANT) == 0
    told = capsys.readouterr().out
    assert words in told
    assert "《行政许可法》第26条" in told
