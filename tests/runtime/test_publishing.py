"""A folder is published whole or not at all; what is unchanged costs nothing; nothing is silently undone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.factories.catalogue import NOW
from tests.factories.pack import change_item, remove_item, write_pack
from tongban.foundation.calendars import queries as calendars
from tongban.foundation.government import queries as government
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.packs import queries as packs
from tongban.foundation.packs.errors import PackRefused
from tongban.kernel.errors import Conflict, NotFound
from tongban.kernel.types import Actor, Subject
from tongban.runtime import indexing, publishing
from tongban.runtime.city import read_city
from tongban.runtime.comparing import differences
from tongban.runtime.previewing import preview
from tongban.runtime.publishing import Loaded, load_city
from tongban.runtime.returning import return_to
from tongban.services.bundles import queries as bundles
from tongban.services.catalogue import queries as catalogue
from tongban.services.catalogue.search import models as index

CLERK = Actor("staff", "wang", "王工")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_pack(tmp_path / "city", items=5)


def load(folder: Path, **options: Any) -> Loaded:
    return load_city(folder, by=CLERK, at=NOW, **options)


def indexed() -> set[str]:
    return set(index.SearchEntry.objects.filter(kind="item").values_list("code", flat=True))


@pytest.mark.django_db
def test_everything_of_the_folder_is_published(folder: Path) -> None:
    loaded = load(folder, why="首次")
    assert loaded.is_new
    assert loaded.counts()["items"] == {"added": 5, "changed": 0, "removed": 0}
    assert catalogue.get_city().name == "样例市"
    assert len(government.departments()) == 5
    assert bundles.get_bundle("bundle-0").before is not None
    assert indexed() == {f"item-{number}" for number in range(5)}
    assert calendars is not None
    current = packs.find_current()
    assert current is not None
    assert (current.by, current.why, current.summary) == ("王工", "首次", loaded.counts())
    assert ledger.entries(Subject("city", "310000"))[0].act == "city.load"
    assert catalogue.versions("item-0")[0].why == "首次"


@pytest.mark.django_db
def test_unchanged_folder_is_recognised_without_reading_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load(folder)

    def refuse(path: Path) -> None:
        raise AssertionError("the folder was read")

    monkeypatch.setattr(publishing, "read_city", refuse)
    assert load(folder) == Loaded(first.revision, is_new=False)


@pytest.mark.slow
@pytest.mark.django_db
def test_only_what_changed_is_published(folder: Path) -> None:
    load(folder)
    change_item(folder, 2, plain="换了说法")
    remove_item(folder, 4)
    loaded = load(folder)
    assert loaded.counts() == {"items": {"added": 0, "changed": 1, "removed": 1}}
    assert indexed() == {"item-0", "item-1", "item-2", "item-3"}
    assert catalogue.get_item("item-0").number == 1
    assert catalogue.get_item("item-4").item.state.value == "cancelled"


@pytest.mark.slow
@pytest.mark.django_db
def test_folder_with_an_error_changes_nothing(folder: Path) -> None:
    load(folder)
    before = packs.current_number()
    change_item(folder, 0, plain="换了说法")
    change_item(folder, 1, department="nobody")
    with pytest.raises(PackRefused) as refused:
        load(folder)
    assert [problem.rule.code for problem in refused.value.problems.errors] == ["unknown-reference"]
    assert packs.current_number() == before
    assert catalogue.get_item("item-0").number == 1


@pytest.mark.slow
@pytest.mark.django_db
def test_failure_in_the_middle_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(folder)
    before = packs.current_number()
    change_item(folder, 0, plain="换了说法")

    def die(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(indexing, "bring_up_to_date", die)
    with pytest.raises(KeyboardInterrupt):
        load(folder)
    assert packs.current_number() == before
    assert catalogue.get_item("item-0").number == 1


@pytest.mark.django_db
def test_folder_that_changes_while_it_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = publishing.file_digests(folder)
    change_item(folder, 0, plain="换了说法")
    monkeypatch.setattr(publishing, "file_digests", lambda _: digests)
    with pytest.raises(Conflict, match="part-0000"):
        load(folder)


@pytest.mark.slow
@pytest.mark.django_db
def test_going_back_survives_loads_and_reaches_bundles_and_search(folder: Path) -> None:
    load(folder)
    change_item(folder, 0, materials=[], plain="不要材料了")
    load(folder)
    returned = return_to("item-0", 1, why="还没有修法", by=CLERK, at=NOW)
    assert (returned.number, returned.folder_differs) == (3, True)
    versions = bundles.versions("bundle-0")
    assert [card.before and card.before.materials for card in versions] == [24, 16, 24]
    assert index.SearchEntry.objects.get(kind="item", code="item-0").subtitle != "不要材料了"

    change_item(folder, 3, plain="别的事项")
    assert load(folder).counts() == {"items": {"added": 0, "changed": 1, "removed": 0}}
    assert catalogue.get_item("item-0").number == 3
    (difference,) = differences(read_city(folder)[0])
    assert (difference.code, difference.effect.value) == ("item-0", "kept")


@pytest.mark.django_db
def test_bundle_goes_back_too(folder: Path) -> None:
    load(folder)
    path = folder / "bundles" / "bundle-0.yaml"
    path.write_text(path.read_text("utf-8").replace("一次办成", "一起办成"), encoding="utf-8")
    load(folder)
    returned = return_to("bundle-0", 1, why="写错了", by=CLERK, at=NOW)
    assert (returned.number, returned.folder_differs) == (3, True)
    with pytest.raises(NotFound):
        return_to("nothing", 1, why="x", by=CLERK, at=NOW)


@pytest.mark.slow
@pytest.mark.django_db
def test_diff_says_field_by_field_what_a_load_would_change(folder: Path, tmp_path: Path) -> None:
    load(folder)
    assert differences(read_city(folder)[0]) == []
    change_item(folder, 0, promise={"days": 5})
    remove_item(folder, 3)
    write_pack(tmp_path / "more", items=25)
    (folder / "items/part-0001.yaml").write_bytes((tmp_path / "more/items/part-0001.yaml").read_bytes())
    found = {one.code: one for one in differences(read_city(folder)[0])}
    assert found["item-0"].effect.value == "changed"
    assert [c["words"] for c in found["item-0"].document("zh")["changes"]] == [
        "承诺办结时限 › 天数：由“10”改为“5”"
    ]
    assert found["item-3"].effect.value == "withdrawn"
    assert found["item-20"].effect.value == "added"
    assert len(found) == 7


@pytest.mark.slow
@pytest.mark.django_db
def test_preview_is_the_page_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    load(folder)
    before = packs.current_number()
    change_item(folder, 0, plain="还没公布的说法", state="draft")
    path, problems = preview(folder, "item-0", tmp_path / "preview", language="zh", at=NOW)
    page = path.read_text("utf-8")
    assert "还没公布的说法" in page
    assert "预览：这一版还没有公布。" in page
    assert 'rel="stylesheet"' not in page
    assert not problems.errors
    assert packs.current_number() == before
    with pytest.raises(NotFound):
        preview(folder, "nothing", tmp_path, language="zh", at=NOW)


@pytest.mark.slow
@pytest.mark.django_db
def test_city_opens_as_it_was_when_its_folder_has_errors(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change_item(folder, 1, department="nobody")
    with pytest.raises(PackRefused):
        publishing.load(folder)
    change_item(folder, 1, department="police")
    assert publishing.load(folder)
    change_item(folder, 1, department="nobody")
    assert publishing.load(folder) is None
    assert "items/part-0000.yaml" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_wait_for_each_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both_have_read = threading.Barrier(2)
    read = publishing.read_city

    def read_together(path: Path) -> object:
        result = read(path)
        both_have_read.wait(30)
        return result

    monkeypatch.setattr(publishing, "read_city", read_together)
    loaded = together(lambda: load(folder), lambda: load(folder))
    assert sorted(one.is_new for one in loaded) == [False, True]
    assert len({one.revision for one in loaded}) == 1
    assert [card.number for card in catalogue.versions("item-0")] == [1]


def together(*works: Callable[[], Any]) -> list[Any]:
    """Do the works in threads of their own, each with its own connection, and return what they gave."""
    answers: list[Any] = []

    def run(work: Callable[[], Any]) -> None:
        try:
            answers.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers
