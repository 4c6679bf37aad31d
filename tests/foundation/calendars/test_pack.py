"""The calendar of a pack: its two rules, and reading it alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.factories.breaking import Break, Breaks, broken
from tests.factories.city import TinyCity
from tongban.foundation.calendars.pack import RULES, read_days
from tongban.foundation.packs.types import Problems

breaks = Breaks()


@breaks("worked-day-not-weekend")
def _(city: TinyCity) -> None:
    city.csv["calendar/days.csv"][1]["date"] = "2026-01-05"


@breaks("day-source")
def _(city: TinyCity) -> None:
    city.csv["calendar/days.csv"][1]["source"] = "国办通知"


@pytest.mark.parametrize("one", breaks.parameters)
def test_rule(one: Break, tmp_path: Path) -> None:
    for problem in broken(one, tmp_path):
        assert problem.place.line == 3


def test_every_rule_is_shown() -> None:
    assert not breaks.missing(RULES)


def test_the_calendar_is_read_alone(tmp_path: Path) -> None:
    city = TinyCity(tmp_path)
    del city.yaml["city.yaml"]
    problems = Problems()
    days = read_days(city.write(), problems)
    assert sorted(days) == [dt.date(2026, 1, 1), dt.date(2026, 1, 4)]
    assert not len(problems)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("2026-02-30,off,春节,notice-2026", "not-a-date"),
        ("2026-1-4,off,春节,notice-2026", "not-a-date"),
        ("２026-01-03,off,元旦,notice-2026", "not-a-date"),
        ("2026-01-02,holiday,元旦,notice-2026", "wrong-value"),
        ("2026-01-01,off,元旦,notice-2026", "duplicate-code"),
        ("2026-01-02,off,,notice-2026", "missing-field"),
        ("2026-01-02,off,元旦", "csv-cells"),
    ],
)
def test_rows_that_are_no_days(tmp_path: Path, row: str, rule: str) -> None:
    city = TinyCity(tmp_path)
    folder = city.write()
    (folder / "calendar/days.csv").write_text(
        f"date,kind,name,source\n2026-01-01,off,元旦,notice-2026\n{row}\n"
    )
    problems = Problems()
    read_days(folder, problems)
    assert problems.codes() == (rule,)
    assert next(iter(problems)).place.line == 3
