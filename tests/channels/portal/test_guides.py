"""The pages of items and bundles: what they say, how they refuse, how many statements they take."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.channels.portal.conftest import Get, publish
from tests.factories.pack import change_item, write_pack
from tongban.channels.ui.pages import KEEP

SITUATIONS = [
    {"code": "new", "name": "新办", "english": "New"},
    {"code": "renew", "name": "延续", "english": "Renewal", "promise": {"days": 3}, "visits": []},
]
REFUSED = {
    "/items/nope": 404,
    "/items/nope/print": 404,
    "/items/nope/versions": 404,
    "/items/item-1?version=99": 404,
    "/items/item-1?version=abc": 422,
    "/items/item-1?version=-1": 422,
    "/items/item-1?version=１": 422,
    "/items/item-1?version=" + "9" * 60: 422,
    "/items/item-1?situation=nope": 422,
    "/items/item-1?district=999999": 422,
    "/items/item-1?district=%27%3Bdrop": 422,
    "/items/" + "a" * 500: 404,
    "/items/item-1?situation=" + "a" * 5000: 414,
    "/bundles/nope": 404,
    "/bundles/nope/print": 404,
    "/bundles/bundle-0?rented=perhaps": 422,
    "/bundles/bundle-0?rented=" + "a" * 5000: 414,
    "/bundles/bundle-0?rented=%00": 400,
}
PAGES = ("/", "/items", "/search?q=许可", "/items/item-0", "/items/item-0/print", "/items/item-0/versions", "/bundles",
         "/bundles/bundle-0", "/bundles/bundle-0?rented=false", "/bundles/bundle-0/print", "/themes", "/themes/food",
         "/departments", "/departments/market", "/districts", "/districts/xuhui", "/centres", "/sitemap")  # fmt: skip
MOST_STATEMENTS = 12


def words(page: str) -> str:
    """Return a page's text without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.slow
def test_a_wrong_address_is_refused_with_a_sentence(get: Get) -> None:
    for prefix in ("", "/en"):
        for address, status in REFUSED.items():
            answer = get(prefix + address)

            assert answer.status_code == status, address
            assert "<h1" in answer.content.decode()
            assert KEEP not in answer


@pytest.mark.slow
def test_the_situation_changes_what_the_guide_says(get: Get, folder: Path) -> None:
    papers = [
        {"code": "form", "name": "申请表", "is_form": True, "basis": {"law": "行政许可法", "article": "31"}},
        {
            "code": "old",
            "name": "原许可证",
            "situations": ["renew"],
            "basis": {"law": "行政许可法", "article": "50"},
        },
    ]
    change_item(folder, 1, situations=SITUATIONS, materials=papers)
    publish(folder)

    first, second = (get(f"/items/item-1?situation={code}").content.decode() for code in ("new", "renew"))

    assert "原许可证" not in first
    assert "原许可证" in second
    assert "1 份里您准备 0 份" in words(first)
    assert "2 份里您准备 1 份" in words(second)
    assert "承诺办完 10 个工作日" in words(first)
    assert "承诺办完 3 个工作日" in words(second)
    assert "不用到场" in words(second)
    assert 'situation=renew" class="choice-card is-chosen" aria-current="true"' in re.sub(r"#\w+", "", second)
    assert get("/items/item-1").content.decode().count("aria-current") == first.count("aria-current")


def test_a_district_may_promise_more(get: Get) -> None:
    assert "承诺办完 10 个工作日" in words(get("/items/item-0").content.decode())
    assert "承诺办完 8 个工作日" in words(get("/items/item-0?district=310104").content.decode())
    assert "承诺办完 8 个工作日" in words(get("/items/item-0", tb_district="310104").content.decode())


@pytest.mark.slow
def test_an_older_version_says_so_and_leads_to_the_newest(get: Get, folder: Path) -> None:
    change_item(folder, 2, promise={"days": 9})
    publish(folder)

    old, new = get("/items/item-2?version=1").content.decode(), get("/items/item-2").content.decode()
    versions = get("/en/items/item-2/versions").content.decode()

    assert "不是现行版" in old
    assert "承诺办完 10 个工作日" in words(old)
    assert "不是现行版" not in new
    assert "承诺办完 9 个工作日" in words(new)
    assert versions.count('<li class="card">') == 2
    assert 'href="/en/items/item-2?version=1"' in versions
    assert "10" in words(versions)
    assert get("/items/item-2/print?version=1").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": "cancelled", "history": "2020 年取消。"}, "已取消"),
        ({"state": "suspended"}, "暂停"),
        ({"state": "historical"}, "历史事项"),
        ({"depth": "summary"}, "摘要"),
    ],
)
def test_what_can_not_be_applied_for_or_is_not_told_in_full_says_so(
    get: Get, folder: Path, changes: dict[str, object], said: str
) -> None:
    change_item(folder, 7, **changes)
    publish(folder)

    assert said in words(get("/items/item-7").content.decode())


def test_answers_change_what_applies(get: Get) -> None:
    rented, owned = (get(f"/bundles/bundle-0?rented={one}").content.decode() for one in ("true", "false"))

    assert "一起办的 3 项" in words(rented)
    assert "一起办的 2 项" in words(owned)
    assert "您不用办" in owned
    assert "您的情况，1 问已答完" in words(owned)
    assert "先说说您的情况" in get("/bundles/bundle-0").content.decode()


def test_a_wrong_answer_is_said_above_and_beside_its_field(get: Get) -> None:
    answer = get("/bundles/bundle-0?rented=perhaps")
    page = answer.content.decode()
    target = re.search(
        r'class="error-summary" role="alert" tabindex="-1">.*?href="#([^"]+)"', page, re.DOTALL
    )

    assert answer.status_code == 422
    assert target is not None
    assert f'id="{target[1]}"' in page
    assert page.count('aria-describedby="wrong-rented"') == 1


@pytest.mark.slow
def test_chinese_on_an_english_page_is_marked_as_chinese(get: Get) -> None:
    for path in (
        "/items/item-0",
        "/items/item-0/print",
        "/items/item-0/versions",
        "/bundles/bundle-0",
        "/bundles/bundle-0/print",
    ):
        page = get("/en" + path).content.decode()
        body = page[page.index("<main") : page.index("</main>")]
        body = re.sub(r"<svg.*?</svg>", "", body, flags=re.DOTALL)
        unmarked = re.sub(r'<(\w+)[^>]* lang="zh-CN"[^>]*>.*?</\1>', "", body, flags=re.DOTALL)

        assert not re.search(r">[^<]*[\u4e00-\u9fff]", unmarked), path


@pytest.mark.slow
def test_a_page_takes_few_statements_however_many_items_there_are(get: Get, folder: Path) -> None:
    few = {path: statements(get, path) for path in PAGES}
    publish(write_pack(folder.parent / "larger", items=120, bundles=6))
    many = {path: statements(get, path) for path in PAGES}

    assert {path: count for path, count in many.items() if count > MOST_STATEMENTS} == {}
    assert {path: (few[path], many[path]) for path in PAGES if many[path] > few[path]} == {}


def statements(get: Get, path: str) -> int:
    """Return how many statements a page takes that nobody asked for yet, in a process that knows the city."""
    get(path)
    with CaptureQueriesContext(connection) as seen:
        assert get(path).status_code == 200
    return len([one for one in seen if "SAVEPOINT" not in one["sql"]])
