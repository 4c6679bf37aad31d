"""The pages about the city pack: fresh, and every example in them is right."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories.breaking import LEFT_PLACE
from tongban.foundation.packs.types import Problem
from tongban.runtime.city import read_city
from tongban.runtime.environment import ROOT

GUIDE = ROOT / "docs" / "reference" / "city-pack.md"
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def blocks() -> list[str]:
    return BLOCK.findall(GUIDE.read_text("utf-8"))


def told(problems: list[Problem]) -> list[str]:
    return [f"{problem.place} {problem.rule.code} {problem.words()}" for problem in problems]


@pytest.mark.slow
def test_generated_pages_are_fresh() -> None:
    command = [sys.executable, str(ROOT / "tools" / "reference.py"), "--check"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_example_city_is_right() -> None:
    pack, problems = read_city(ROOT / "city" / "example")
    assert told(list(problems)) == []
    assert len(pack.items) == 5
    assert len(pack.bundles) == 1
    assert len(next(iter(pack.bundles.values())).items) == 5


def test_four_files_are_a_city(tmp_path: Path) -> None:
    """The first blocks of the page, each in the file that its first line names."""
    for block in blocks()[:4]:
        path = tmp_path / block.split("\n", 1)[0].removeprefix("# ").split(" ")[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block, "utf-8")
    pack, problems = read_city(tmp_path)
    assert told(list(problems)) == []
    assert list(pack.items) == ["sign-filing"]


@pytest.mark.parametrize(
    ("start", "file"), [("items:", "items/opening.yaml"), ("# bundles/", "bundles/shop.yaml")]
)
def test_the_worked_examples_are_right(tmp_path: Path, start: str, file: str) -> None:
    """An item and a bundle of the page, put into the example city in place of its own."""
    import shutil

    folder = tmp_path / "city"
    shutil.copytree(ROOT / "city" / "example", folder)
    block = next(block for block in blocks() if block.startswith(start))
    if file.startswith("items/"):
        others = (folder / file).read_text("utf-8").split("\n  - code: fire-safety-check", 1)[1]
        block += "\n  - code: fire-safety-check" + others
    else:
        (folder / "bundles/opening-a-noodle-shop.yaml").unlink()
    (folder / file).write_text(block, "utf-8")
    _, problems = read_city(folder)
    assert told(list(problems.errors)) == []


def test_every_record_of_the_pack_has_its_table() -> None:
    page = GUIDE.read_text("utf-8")
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import reference
    finally:
        sys.path.pop(0)
    for model in reference.RECORDS:
        assert f"<!-- fields: {model.__name__} -->\n\n| field |" in page, model.__name__
        empty = [row for row in reference.field_table(model) if row.endswith("| |") and "How sure" not in row]
        assert not [row for row in reference.field_table(model) if row.endswith("|  |")], empty


def test_no_page_shows_a_place_of_a_sentence_by_mistake() -> None:
    assert not LEFT_PLACE.search((ROOT / "docs" / "reference" / "item-elements.md").read_text("utf-8"))
