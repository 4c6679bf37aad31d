"""The demonstration city is found by the words its people use."""

from __future__ import annotations

import pytest

from tongban.runtime.city import read_city
from tongban.runtime.environment import ROOT
from tongban.services.catalogue.search import operations, queries
from tongban.services.catalogue.search.types import SynonymKind

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FOUND_FIRST = {
    "我要开饭店": "opening-a-restaurant",
    "开饭管": "opening-a-restaurant",
    "我要开范店": "opening-a-restaurant",
    "kaifandian": "opening-a-restaurant",
    "二手房过户": "real-estate-transfer",
    "退休": "retirement",
    "我要开公司": "opening-a-company",
    "皮夹子丢了": "losing-ones-wallet",
}
FOUND_EARLY = {
    "身份证丢了": "居民身份证补领、换领",
    "身份证 补办": "居民身份证补领、换领",
    "养狗": "养犬登记和年检",
    "居转户": "居住证转办常住户口",
    "上户口": "出生登记（户口登记）",
    "医保卡丢了": "社会保障卡挂失、补领",
    "低保": "最低生活保障对象认定和救助金给付",
    "换驾照": "机动车驾驶证期满换证",
}


@pytest.fixture(autouse=True)
def shanghai(db: None) -> None:
    pack, _ = read_city(ROOT / "city" / "shanghai")
    entries = operations.entries_of_catalogue(
        items=pack.items.values(),
        themes=pack.themes,
        departments={code: (one.name, one.short) for code, one in pack.departments.items()},
        bundles={},
    )
    entries += [
        operations.entry_of_bundle(
            code=one.code, name=one.name, plain=one.plain, aliases=one.aliases, english=one.english or ""
        )
        for one in pack.bundles.values()
    ]
    assert len(pack.synonyms) >= 300
    assert {row.kind for row in pack.synonyms} == set(SynonymKind)
    operations.keep_synonyms(pack.synonyms)
    operations.rebuild(entries)


def test_the_city_is_found_by_what_people_say() -> None:
    wrong = []
    for typed, code in FOUND_FIRST.items():
        hits = queries.search(typed).hits
        if not hits or hits[0].code != code:
            wrong.append((typed, code, [hit.title for hit in hits[:3]]))
    for typed, title in FOUND_EARLY.items():
        early = [hit.title for hit in queries.search(typed).hits[:2]]
        if title not in early:
            wrong.append((typed, title, early))
    assert not wrong


def test_words_of_the_city_lead_somewhere() -> None:
    pack, _ = read_city(ROOT / "city" / "shanghai")
    said = list(dict.fromkeys(row.word for row in pack.synonyms))
    nowhere = [word for word in said if not queries.search(word, size=1).total]
    assert len(nowhere) <= len(said) // 20, nowhere
