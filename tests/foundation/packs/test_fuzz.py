"""Whatever is in the folder, the answer is problems: never an exception, never a sentence with a hole."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.city import TinyCity
from tongban.foundation.packs.reading import plain, tables
from tongban.foundation.packs.types import Problems
from tongban.runtime.city import read_city

FILES = ("items/food.yaml", "bundles/noodles.yaml", "city.yaml", "government/departments.yaml")
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    10**15,
    10**30,
    1.5,
    "",
    " ",
    "１２",
    "a" * 5000,
    "2026-02-30",
    "其他材料",
    "{x}",
    "{0}",
    [],
    [[]],
    {},
    {"a": {}},
    {"": ""},
    [None],
    {"sign": {"at_least": True}},
    {"any": []},
    {"not": {"sign": True}},
    {"all": [{"place": "mall"}]},
    "food-licence",
    ["food-licence", "food-licence"],
    {"days": 0},
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return TinyCity(tmp_path_factory.mktemp("pack")).write()


def prove(folder: Path, file: str, raw: bytes) -> None:
    """Read the pack with one file replaced; hold that every problem can be said, and put the file back."""
    place = folder / file
    before = place.read_bytes()
    place.write_bytes(raw)
    try:
        _, problems = read_city(folder)
    finally:
        place.write_bytes(before)
    for problem in problems:
        assert problem.words("zh")
        assert problem.words("en")
        assert problem.place.line >= 0


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(folder: Path, raw: bytes) -> None:
    prove(folder, "items/food.yaml", raw)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="abc:-[]{},&*!|>'\"%@#?\n \t：，０\u2028\x85\ufeff~01.<=", max_size=120))
def test_any_text_of_yaml_marks(folder: Path, text: str) -> None:
    prove(folder, "items/food.yaml", ("items:\n" + text).encode())


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="ab,;\"'\n\r\t ，０310104", max_size=120))
def test_any_text_of_csv_marks(folder: Path, text: str) -> None:
    prove(folder, "government/streets.csv", ("code,name,district\n" + text).encode())


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(st.sampled_from(FILES), st.integers(0, 10**9), st.integers(1, 4))
def test_a_right_file_with_something_odd_in_it(folder: Path, file: str, seed: int, times: int) -> None:
    chance = random.Random(seed)
    data = copy.deepcopy(TinyCity(folder).yaml[file])
    for _ in range(times):
        holder, key = chance.choice(list(_holders(data)))
        holder[key] = copy.deepcopy(chance.choice(ODD))
    prove(folder, file, yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode())


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FILES), st.integers(0, 10**9), st.binary(min_size=1, max_size=3))
def test_a_right_file_with_bytes_changed(folder: Path, file: str, seed: int, raw: bytes) -> None:
    chance = random.Random(seed)
    content = (folder / file).read_bytes()
    begin = chance.randrange(len(content))
    prove(folder, file, content[:begin] + raw + content[begin + chance.randrange(4) :])


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(0, 10**15), st.text(max_size=8)),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
        max_leaves=12,
    )
)
def test_plain_data_is_read_as_it_was_written(data: Any) -> None:
    text = yaml.safe_dump(data, allow_unicode=False)
    if "&id" in text or text.startswith("--- "):
        return
    problems = Problems()
    found, good = plain.read(text, "x.yaml", problems)
    if good and not problems.codes():
        assert found == data


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.text(alphabet='ab",\n ，', min_size=1, max_size=5), min_size=2, max_size=2), max_size=5
    )
)
def test_rows_are_read_as_they_were_written(rows: list[list[str]]) -> None:
    import csv
    import io

    text = io.StringIO(newline="")
    csv.writer(text).writerows([["first", "second"], *rows])
    problems = Problems()
    _, found = tables.read(text.getvalue(), "x.csv", problems)
    wanted = [
        {name: cell.strip() for name, cell in zip(("first", "second"), row, strict=True) if cell.strip()}
        for row in rows
    ]
    assert [row.cells for row in found] == [cells for cells in wanted if cells]
    assert not len(problems)


def _holders(data: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place inside of the data at which something can be put."""
    pairs = (
        list(data.items())
        if isinstance(data, dict)
        else list(enumerate(data))
        if isinstance(data, list)
        else []
    )
    for key, value in pairs:
        yield data, key
        yield from _holders(value)
