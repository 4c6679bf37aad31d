"""People find what they look for, however they type it, and nothing they type breaks anything."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.services.catalogue.search import operations, queries
from tongban.services.catalogue.search.text import normalise
from tongban.services.catalogue.search.types import Entry, Filters, Kind, Order, Synonym

pytestmark = pytest.mark.django_db

ANY_TEXT = st.text(alphabet=st.characters(), max_size=300)
QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)

TITLES = (
    "食品经营许可新办", "食品经营许可变更", "食品经营许可延续", "食品经营许可注销", "食品生产许可", "居民身份证首次申领",
    "居民身份证换领", "居民身份证补领", "社会保障卡补领", "机动车驾驶证补领", "居住证办理", "居住证签注",
    "企业职工基本养老保险关系转移接续", "灵活就业人员就业登记", "不动产转移登记", "户外招牌设施设置", "娱乐场所设立审批",
    "公众聚集场所投入使用营业前消防安全检查", "城镇污水排入排水管网许可", "特种行业许可旅馆业", "养犬登记", "结婚登记",
)  # fmt: skip


@pytest.fixture(autouse=True)
def index(db: None) -> None:
    entries = [
        Entry(
            Kind.ITEM, f"item-{number}", title, "怎么办" + title, audience=("1" if number % 2 else "2",),
            department=f"d{number % 4}", themes=("food" if "食品" in title else "life",), visits=number % 3,
            materials=number % 5, days=number, immediate=number % 7 == 0, card={"english": ""},
        )
        for number, title in enumerate(TITLES)
    ]  # fmt: skip
    entries.append(
        Entry(
            Kind.BUNDLE, "opening-a-restaurant", "开饭店", "开一家饭店、面馆要办的事", ("开餐馆", "餐饮店"),
            "Opening a restaurant", boost=10, audience=("2",), card={"english": "Opening a restaurant"},
        )
    )  # fmt: skip
    entries.append(
        Entry(
            Kind.QUESTION, "item-0#1", "凉菜能不能卖？", "能。许可证上要写冷食类。", card={"item": "item-0"}
        )
    )
    entries.append(Entry(Kind.THEME, "food", "餐饮食品", aliases=("吃饭", "餐厅")))
    operations.keep_synonyms(
        [
            Synonym(word="身份证丢了", means="居民身份证补领", kind="spoken"),
            Synonym(word="补办", means="补领"),
            Synonym(word="社保卡", means="社会保障卡", kind="abbr"),
        ]
    )
    operations.rebuild(entries)


def first(text: str) -> str:
    hits = queries.search(text).hits
    return hits[0].title if hits else ""


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("我要开饭店", "开饭店"),
        ("开饭管", "开饭店"),
        ("我要开范店", "开饭店"),
        ("kaifandian", "开饭店"),
        ("kfd", "开饭店"),
        ("opening a restaurant", "开饭店"),
        ("身份证丢了", "居民身份证补领"),
        ("身份证 补办", "居民身份证补领"),
        ("补领 身份证", "居民身份证补领"),
        ("社保卡补办", "社会保障卡补领"),
        ("养老保险转移", "企业职工基本养老保险关系转移接续"),
        ("食品经营续可新办", "食品经营许可新办"),
        ("食品经营可许新办", "食品经营许可新办"),
        ("凉菜能卖吗", "凉菜能不能卖？"),
    ],
)
def test_found_first(typed: str, expected: str) -> None:
    assert first(typed) == expected


@pytest.mark.parametrize("title", TITLES)
def test_every_title_finds_itself(title: str) -> None:
    assert first(title) == title


@pytest.mark.parametrize("title", TITLES)
def test_the_order_of_two_words_does_not_matter(title: str) -> None:
    size = len(title) // 2
    one, other = title[:size], title[size:]
    assert first(f"{other} {one}") == first(f"{one} {other}") == title


@pytest.mark.slow
@QUICK
@given(ANY_TEXT)
def test_any_text_is_answered(typed: str) -> None:
    result = queries.search(typed, size=5)
    assert result.total >= len(result.hits)
    assert len(result.text) <= 100
    queries.suggest(typed)
    queries.search(typed, literal=True, filters=Filters(audience="1"))


@pytest.mark.parametrize(
    "typed",
    ["", " ", "\x00", "!!!", "😀", "&|!():*<->'\\", "' & '", "a:*", "饭" * 5000, "\ud800", "%s %(x)s"],
)
def test_odd_text_is_answered(typed: str) -> None:
    queries.search(typed)
    queries.suggest(typed)


def test_nothing_to_look_for_is_an_empty_answer() -> None:
    result = queries.search("？！")
    assert (result.hits, result.total, result.text) == ((), 0, "")


def test_a_long_text_is_cut() -> None:
    assert queries.search("食品经营许可" * 40).cut
    assert not queries.search("食品经营许可").cut


def test_a_slip_is_said_and_the_words_can_be_forced() -> None:
    result = queries.search("我要开范店")
    assert result.corrected is not None
    assert (result.corrected.was, result.corrected.means) == ("范店", "饭店")
    assert result.corrected.text == "我要开饭店"
    forced = queries.search("我要开范店", literal=True)
    assert forced.corrected is None
    assert "开饭店" not in [hit.title for hit in forced.hits]


def test_what_was_understood_is_said() -> None:
    result = queries.search("身份证 补办")
    assert [(one.word, one.also) for one in result.understood] == [("身份证", ()), ("补办", ("补领",))]


def test_places_that_match_are_marked() -> None:
    hit = queries.search("食品经营").hits[0]
    assert [hit.title[start:end] for start, end in hit.marks] == ["食品经营"]


def test_facets_count_what_a_filter_would_leave() -> None:
    result = queries.search("许可")
    for facet in result.facet("audience"):
        assert queries.search("许可", filters=Filters(audience=facet.value)).total == facet.count
    narrowed = queries.search("许可", filters=Filters(audience="2"))
    assert {facet.value for facet in narrowed.facet("audience")} == {"1", "2"}
    for flag in ("no_visit", "one_visit", "no_materials", "immediate"):
        count = result.facet(flag)[0].count
        assert queries.search("许可", filters=Filters(**{flag: True})).total == count


def test_orders() -> None:
    days = [hit.code for hit in queries.search("许可", order=Order.FASTEST).hits]
    assert days == sorted(days, key=lambda code: int(code.split("-")[1]) if code.startswith("item") else 99)
    assert queries.search("许可", order=Order.FEWEST).total == queries.search("许可").total


def test_pages_do_not_overlap() -> None:
    total = queries.search("许可").total
    seen = [hit.code for page in range(1, 9) for hit in queries.search("许可", page=page, size=3).hits]
    assert len(seen) == len(set(seen)) == total
    assert queries.search("许可", page=10**12).hits == ()


@pytest.mark.parametrize("typed", ["我要开饭店", "开饭管", "居民身份证", "什么都没有的东西", "许可"])
def test_a_search_takes_at_most_three_statements(typed: str) -> None:
    queries.search("许可")
    with CaptureQueriesContext(connection) as statements:
        queries.search(typed, filters=Filters(audience="2"))
    assert len(statements) <= 3
    with CaptureQueriesContext(connection) as statements:
        queries.suggest(typed)
    assert len(statements) == 1


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("开饭", "开饭店"), ("kaif", "开饭店"), ("kf", "开饭店"), ("fandian", "开饭店"), ("resta", "开饭店"),
     ("身份证补", "居民身份证补领"), ("shenfenzheng", "居民身份证"), ("养犬", "养犬登记"), ("yqdj", "养犬登记")],
)  # fmt: skip
def test_suggestions(typed: str, expected: str) -> None:
    titles = [one.title for one in queries.suggest(typed)]
    assert any(title.startswith(expected) for title in titles)
    assert len(titles) <= 8


def test_a_theme_is_a_way_on_and_not_a_hit() -> None:
    result = queries.search("餐厅")
    assert "food" in result.themes
    assert all(hit.kind != Kind.THEME for hit in result.hits)


def test_what_is_removed_is_not_found() -> None:
    operations.remove(["item-20"])
    assert first("养犬登记") != "养犬登记"


def test_an_item_put_in_anew_replaces_the_old_and_its_questions() -> None:
    operations.reindex([Entry(Kind.ITEM, "item-0", "预包装食品销售备案")])
    assert first("预包装食品销售备案") == "预包装食品销售备案"
    assert first("凉菜能不能卖") != "凉菜能不能卖？"
    assert "食品经营许可新办" not in [hit.title for hit in queries.search("食品经营许可新办").hits]


def test_new_words_are_known_at_once() -> None:
    queries.search("许可")
    operations.reindex([Entry(Kind.ITEM, "drone", "民用无人驾驶航空器登记")])
    assert first("无人驾驶航空器") == "民用无人驾驶航空器登记"
    operations.keep_synonyms([Synonym(word="无人机", means="民用无人驾驶航空器", kind="spoken")])
    assert first("无人机") == "民用无人驾驶航空器登记"


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_what_was_not_found_is_counted_by_day_and_forgotten_in_time() -> None:
    for days in (0, 0, 1):
        assert operations.note_missed("宠物 殡葬", found=0, at=NOON + timedelta(days=days))
    (kept,) = queries.missed()
    assert (kept.text, kept.count, kept.days, kept.last) == ("宠物殡葬", 3, 2, "2026-03-03")
    assert operations.note_missed("航天器", found=0, at=NOON + timedelta(days=200))
    assert [one.text for one in queries.missed()] == ["航天器"]


def test_only_what_found_nothing_and_names_nobody_is_kept() -> None:
    assert not operations.note_missed("宠物殡葬", found=3, at=NOON)
    assert not operations.note_missed("13812345678", found=0, at=NOON)
    assert queries.missed() == ()


def test_a_flood_does_not_fill_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MOST_A_DAY", 3)
    kept = [operations.note_missed(f"甲乙丙{letter}", found=0, at=NOON) for letter in "丁戊己庚辛"]
    assert kept == [True, True, True, False, False]
    assert operations.note_missed("甲乙丙丁", found=0, at=NOON)


def test_one_slip_in_a_title_still_finds_it(random_slip: Callable[[str], str]) -> None:
    long = [title for title in TITLES if len(title) >= 6]
    found = [first(random_slip(title)) == title for title in long for _ in range(5)]
    assert sum(found) / len(found) >= 0.9


@pytest.fixture
def random_slip() -> Callable[[str], str]:
    rng = random.Random(3)
    characters = sorted(set("".join(TITLES)))

    def slip(title: str) -> str:
        at = rng.randrange(len(title) - 1)
        wrong = rng.choice(characters)
        ways = (
            title[:at] + wrong + title[at + 1 :],
            title[:at] + wrong + title[at:],
            title[:at] + title[at + 1 :],
            title[:at] + title[at + 1] + title[at] + title[at + 2 :],
        )
        return normalise(rng.choice(ways))

    return slip


WORDS = st.sampled_from(
    "食品 经营 许可 身份证 补领 居住证 登记 变更 注销 备案 养老 保险 企业 个人 医疗 机构 开 店 证 我要 办理 的".split()
)
MANY_TITLES = st.lists(
    st.lists(WORDS, min_size=1, max_size=6).map("".join), min_size=1, max_size=25, unique=True
)


@pytest.mark.slow
@settings(QUICK, max_examples=25)
@given(MANY_TITLES)
def test_every_title_finds_itself_or_its_equal(titles: list[str]) -> None:
    operations.rebuild(Entry(Kind.ITEM, f"t-{number}", title) for number, title in enumerate(titles))
    for title in titles:
        assert first(title) == title


@pytest.mark.slow
@settings(QUICK, max_examples=25)
@given(MANY_TITLES, st.lists(WORDS, min_size=2, max_size=2, unique=True))
def test_two_words_find_the_same_in_either_order(titles: list[str], pair: list[str]) -> None:
    one, other = pair
    operations.rebuild(
        Entry(Kind.ITEM, f"t-{number}", title) for number, title in enumerate([*titles, one + other])
    )
    assert {hit.title for hit in queries.search(f"{one} {other}", size=100).hits} == {
        hit.title for hit in queries.search(f"{other} {one}", size=100).hits
    }
