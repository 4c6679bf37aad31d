"""The demonstration city holds what it promises, and its facts are those that were read."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.factories.shanghai import shanghai, shanghai_and_problems
from tongban.services.catalogue.types import Depth, Item, ItemState

# Each of the nine guides that were read, by words of its name.
NINE_GUIDES = (
    "跨省异地就医登记备案",
    "敬老卡",
    "灵活就业社会保险费补贴",
    "生育保险待遇",
    "居住证办理",
    "河道管理范围内建设项目审批",
    "残疾评定预约日期",
    "城乡居民基本医疗保险参保登记",
    "有无违法犯罪记录证明开具",
)
SAVINGS = {
    "no_legal_basis", "form_merge", "generated", "bundle_output", "licence_library", "data_sharing", "commitment",
    "duplicate", "time_limit", "parallel", "joint_check", "online_filing", "one_pickup", "same_element",
    "combined_licence",
}  # fmt: skip


@cache
def current() -> tuple[Item, ...]:
    return tuple(item for item in shanghai().items.values() if item.state is ItemState.IN_USE)


def test_no_errors() -> None:
    assert [str(problem.as_json("en")) for problem in shanghai_and_problems()[1].errors] == []


def test_government_is_complete() -> None:
    pack = shanghai()
    assert len(pack.districts) == 16
    assert len(pack.streets) == 234
    assert len(pack.departments) >= 40
    assert len(pack.duties) >= 30
    kinds = Counter(centre.kind for centre in pack.centres.values())
    assert kinds["city"] == 1
    assert kinds["district"] == 16
    with_windows = {window.centre for window in pack.windows.values()}
    assert {code for code, centre in pack.centres.items() if centre.kind != "community"} == with_windows


def test_every_street_and_town_has_its_community_centre() -> None:
    pack = shanghai()
    # Codes from 400 on are statistical areas such as industrial parks and farms.
    streets = {code for code in pack.streets if int(code[6:]) < 400}
    assert {centre.street for centre in pack.centres.values() if centre.kind == "community"} == streets


def test_staff_are_plainly_invented() -> None:
    assert all(member.name.endswith("（演示）") for member in shanghai().staff.values())


def test_breadth_and_depth() -> None:
    pack = shanghai()
    assert len(pack.licences) >= 60
    assert len(pack.elements) >= 150
    assert len(pack.items) >= 230
    assert sum(item.depth is Depth.FULL for item in current()) >= 45
    assert sum(item.code.startswith("terminal-") and item.terminal for item in current()) == 114


@pytest.mark.parametrize("words", NINE_GUIDES)
def test_the_nine_real_guides_are_there_in_full(words: str) -> None:
    assert [item.code for item in current() if words in item.name and item.depth is Depth.FULL]


def test_summaries_say_where_to_ask_and_promise_nothing() -> None:
    for item in shanghai().items.values():
        if item.depth is Depth.SUMMARY:
            assert item.promise is None and item.statutory is None and not item.materials, item.code
            assert any("只有摘要" in fact for fact in item.facts), item.code


def test_every_kind_of_saving_has_a_law_that_was_opened() -> None:
    city = shanghai().city
    assert city is not None
    assert set(city.saving_basis) == SAVINGS
    for basis in city.saving_basis.values():
        assert basis.sure == "R" and basis.article and basis.source in shanghai().sources


def test_licence_codes_are_those_that_were_read(shared: Path) -> None:
    with (shared / "data/codes/shanghai_licence_catalog_codes.csv").open(encoding="utf-8") as file:
        read = {row["cat_main_code"] for row in csv.DictReader(file)}
    assert {one.catalogue_code for one in shanghai().licences.values() if one.catalogue_code} == read


def test_streets_are_those_of_the_division_list(shared: Path) -> None:
    with (shared / "data/shanghai_streets.csv").open(encoding="utf-8") as file:
        read = {(row["code"], row["name"], row["areaCode"]) for row in csv.DictReader(file)}
    assert {(one.code, one.name, one.district) for one in shanghai().streets.values()} == read


def test_terminal_items_are_those_of_the_menu(shared: Path) -> None:
    with (shared / "data/codes/shanghai_terminal_items.csv").open(encoding="utf-8") as file:
        read = {row["item"].replace("(", "（").replace(")", "）") for row in csv.DictReader(file)}
    ours = {item.name.removesuffix("（自助终端）") for item in current() if item.code.startswith("terminal-")}
    assert ours == read


def test_every_department_of_the_ratings_export_is_known(shared: Path) -> None:
    known = {name for one in shanghai().departments.values() for name in (one.name, one.short, *one.aliases)}
    with (shared / "data/codes/changning_evaluation_departments.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            names = [row["dept"], *filter(None, row["aliases"].split(";"))]
            assert set(names) & known, row


def test_days_are_those_of_the_notices(shared: Path) -> None:
    days = shanghai().days
    for path in sorted((shared / "data/holiday-cn").glob("20*.json")):
        for read in json.loads(path.read_text(encoding="utf-8"))["days"]:
            date = dt.date.fromisoformat(read["date"])
            if read["isOffDay"] or date.weekday() >= 5:
                assert days[date].kind == ("off" if read["isOffDay"] else "work"), date
                assert days[date].source == f"notice-{path.stem}", date
            else:
                # An ordinary weekday that a notice names: 2020-02-03, when work began again.
                assert date not in days


def test_the_unannounced_year_is_provisional() -> None:
    rows = [day for date, day in shanghai().days.items() if date.year == 2027]
    # Since 2025: 1 + 4 + 1 + 2 + 1 + 1 + 3 statutory days, and no make-up days before the notice.
    assert len(rows) == 13
    assert {(day.kind, day.source) for day in rows} == {("off", "provisional")}
