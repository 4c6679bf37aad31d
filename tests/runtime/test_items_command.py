"""``tongban items`` and ``tongban city`` as a person types them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.factories.pack import change_item, write_pack
from tongban.runtime import boot
from tongban.runtime.cli import main
from tongban.services.catalogue import queries as catalogue


@contextmanager
def already() -> Iterator[None]:
    yield


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city folder; commands use the database of this test and speak Chinese."""
    monkeypatch.setattr(boot, "ready", already)
    monkeypatch.setenv("TONGBAN_LANGUAGE", "zh")
    monkeypatch.setenv("TONGBAN_STATE", str(tmp_path / "state"))
    folder = write_pack(tmp_path / "city", items=3)
    monkeypatch.setenv("TONGBAN_CITY", str(folder))
    return folder


@pytest.mark.slow
@pytest.mark.django_db
def test_load_diff_versions_rollback(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["city", "load", str(folder), "--why", "首次", "--by", "王工"]) == 0
    assert "事项：新增 3" in capsys.readouterr().out
    assert main(["city", "load", str(folder)]) == 0
    assert "没有变化" in capsys.readouterr().out
    change_item(folder, 0, promise={"days": 9})
    assert main(["city", "diff", str(folder)]) == 0
    assert "由“10”改为“9”" in capsys.readouterr().out
    assert main(["city", "load", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"]["items"]["changed"] == 1
    assert main(["city", "rollback", "item-0", "--to", "1", "--why", "九天做不到"]) == 0
    assert "文件夹里仍是另一种写法" in capsys.readouterr().out
    assert main(["city", "versions", "item-0", "--changes"]) == 0
    said = capsys.readouterr().out
    assert "● 第 3 版" in said
    assert "九天做不到" in said
    assert "由“9”改为“10”" in said
    assert main(["city", "rollback", "item-0", "--to", "9", "--why", "x"]) == 1
    assert "没有第 9 版" in capsys.readouterr().err
    assert main(["city", "versions", "bundle-0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["version"] >= 1
    assert main(["city", "versions", "nothing"]) == 1


@pytest.mark.django_db
def test_folder_with_errors(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change_item(folder, 1, department="nobody")
    assert main(["city", "load", str(folder)]) == 1
    assert "items/part-0000.yaml" in capsys.readouterr().out
    assert main(["city", "load", str(folder), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["rule"] == "unknown-reference"
    assert catalogue.current_revision() == 0


@pytest.mark.django_db
def test_import_drafts_export_equality(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["city", "load", str(folder)])
    file = tmp_path / "list.csv"
    file.write_text(
        "部门,事项名称,事项类型,编码\n区公安分局,许可,1,A1\n不知道,许可,77,A2\n", encoding="utf-8"
    )
    capsys.readouterr()
    assert main(["items", "import", str(file), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["rows"], answer["accepted"], answer["rejected"]) == (2, 1, 1)
    assert answer["reasons"] == {"type_unknown": 1}
    assert Path(answer["report"]).is_relative_to(tmp_path / "state")

    assert main(["items", "drafts"]) == 0
    assert "共 1 个草稿" in capsys.readouterr().out
    assert main(["items", "drafts", "--drop", answer["batch"]]) == 0
    assert main(["items", "drafts", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.split("\n", 1)[1])["total"] == 0

    for kind in ("csv", "xlsx", "json"):
        output = tmp_path / f"items.{kind}"
        assert main(["items", "export", "--format", kind, "--output", str(output)]) == 0
        assert output.stat().st_size > 300
    capsys.readouterr()
    assert main(["items", "export", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["items"]) == 3

    assert main(["items", "equality", "--store", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["better"] == 3
    assert main(["items", "equality"]) == 0
    assert "徐汇区：承诺天数 全市 10，本区 8" in capsys.readouterr().out


@pytest.mark.slow
def test_dry_run_needs_no_database(folder: Path, tmp_path: Path) -> None:
    """In a process of its own, where touching Django would fail."""
    file = tmp_path / "list.csv"
    file.write_text("部门,事项名称,事项类型,编码\n区公安分局,许可,1,31000000000000001\n", encoding="utf-8")
    program = (
        "import sys; sys.modules['django.db'] = None; from tongban.runtime.cli import main; "
        f"sys.exit(main(['items', 'import', {str(file)!r}, '--dry-run', '--json', '--city', {str(folder)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["accepted"], answer["warnings"], answer["batch"]) == (1, {}, None)


def test_list_without_the_needed_columns(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("甲,乙\n1,2\n", encoding="utf-8")
    assert main(["items", "import", str(file), "--dry-run"]) == 1
    assert "文件里的列是：甲、乙" in capsys.readouterr().err


def test_real_list_of_a_county(folder: Path, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["items", "import", str(shared / "data/county_items.csv"), "--dry-run", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows"] == answer["accepted"] + answer["rejected"] == 794
