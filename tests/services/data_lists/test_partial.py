"""A table without a column leaves what that would say as it was; an empty cell in a column clears it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.factories.resources import data_city, load
from tests.services.data_lists.test_awkward import GOOD, HEADER, book, duty, take
from tongban.datahub.resources import queries
from tongban.datahub.resources.types import ListKind, Resource, Update

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
WHOLE = (*HEADER, "更新周期", "依据内容")
ROW = (*GOOD[:6], "按季核对", "每日", "共享的义务")


@pytest.fixture(scope="module")
def loaded(standing: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    load(data_city(tmp_path_factory.mktemp("city")))


@pytest.fixture(autouse=True)
def city(loaded: None, db: None) -> None:
    """Have the small city with data, which stands for the module."""


@pytest.fixture
def written(tmp_path: Path) -> None:
    account = take(book(tmp_path, WHOLE, ROW))
    assert (account.refused, account.absent) == (
        [],
        ["直接共享事项", "依据可信度", "依据来源", "自动同意上限"],
    )


def import_(folder: Path, header: tuple[str, ...], *rows: tuple[object, ...]) -> list[str]:
    account = take(book(folder, header, *rows))
    assert account.refused == []
    return account.absent


def test_what_has_no_column_stays(written: None, tmp_path: Path) -> None:
    before = duty("duty-good")
    absent = import_(tmp_path, HEADER[:6], (*GOOD[:5], "5"))
    after = duty("duty-good")
    assert (before.answer_days, after.answer_days) == (7, 5)
    assert after == before.model_copy(update={"answer_days": 5})
    assert {"更新周期", "备注", "依据内容"} <= set(absent)


def test_an_empty_cell_clears_and_so_does_a_row_that_is_too_short(written: None, tmp_path: Path) -> None:
    header = ("责任编码", "责任部门", "资源代码", "法律依据", "备注", "答复期限")
    import_(tmp_path, header, ("duty-good", "office", "居民基本信息", "《上海市数据条例》第三十八条", ""))
    found = duty("duty-good")
    assert (found.note, found.answer_days) == (None, 10)
    assert (found.update, found.fields) == (Update.DAILY, ("name",))


def test_what_is_known_of_a_law_stays_with_that_law(written: None, tmp_path: Path) -> None:
    same = ("duty-good", "office", "居民基本信息", "《上海市数据条例》第三十八条")
    import_(tmp_path, (*HEADER[:3], "法律依据"), same)
    assert duty("duty-good").basis.says == "共享的义务"
    import_(tmp_path, (*HEADER[:3], "法律依据"), (*same[:3], "《上海市数据条例》第四十条"))
    basis = duty("duty-good").basis
    assert (basis.article, basis.says) == ("40", None)


def test_the_fields_of_another_resource_do_not_stay(written: None, tmp_path: Path) -> None:
    import_(tmp_path, (*HEADER[:3], "法律依据"), ("duty-good", "office", "health-checks", "某法 3"))
    found = duty("duty-good")
    assert (found.resource, found.fields, found.update) == ("health-checks", (), Update.DAILY)


def test_a_new_entry_has_nothing_to_stay(tmp_path: Path) -> None:
    import_(tmp_path, HEADER[:6], GOOD[:6])
    assert duty("duty-good").note is None


def resource() -> Resource:
    return queries.get_resource("resident-basics")


def test_a_catalogue_that_says_only_how_sensitive_fields_are(tmp_path: Path) -> None:
    """Whether a field is personal has no column: it must not become one that is not."""
    before = resource()
    header = ("资源代码", "数据资源名称", "信息项代码", "信息项名称", "数据级别")
    rows = [
        (before.code, before.name, one.code, one.name, 4 if at == 0 else one.level)
        for at, one in enumerate(before.fields)
    ]
    account = take(book(tmp_path, header, *rows), ListKind.RESOURCE)
    assert account.refused == []
    after = resource()
    first, *others = before.fields
    assert after.fields == (first.model_copy(update={"level": 4}), *others)
    assert any(one.personal for one in after.fields)
    assert after == before.model_copy(update={"fields": after.fields, "level": 4})


def test_a_column_that_a_resource_needs_may_be_missing_and_not_empty(tmp_path: Path) -> None:
    header = ("资源代码", "数据资源名称", "摘要", "信息项代码", "信息项名称", "数据级别")
    row = (resource().code, "居民", "", "name", "姓名", 2)
    account = take(book(tmp_path, header, row), ListKind.RESOURCE)
    assert [(one.column, one.code) for one in account.refused] == [("C 摘要", "missing")]
    account = take(book(tmp_path, header, ("new-one", *row[1:])), ListKind.RESOURCE)
    assert account.reasons == {"missing": 1}
