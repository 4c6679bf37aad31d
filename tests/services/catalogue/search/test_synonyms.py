"""Words people say lead to what the catalogue calls it."""

from __future__ import annotations

from tongban.services.catalogue.search.synonyms import borders, gather
from tongban.services.catalogue.search.types import Synonym, SynonymKind
from tongban.services.catalogue.search.understanding import Words, understand


def _row(word: str, means: str, kind: SynonymKind = SynonymKind.SYNONYM) -> Synonym:
    return Synonym(word=word, means=means, kind=kind)


def test_synonyms_hold_both_ways_and_what_is_spoken_only_one() -> None:
    found = gather([_row("社保", "社会保险"), _row("丢了", "补领", SynonymKind.SPOKEN)])
    assert found.meanings["社保"] == ("社会保险",)
    assert found.meanings["社会保险"] == ("社保",)
    assert "补领" not in found.meanings


def test_the_longest_word_is_taken() -> None:
    found = gather([_row("身份证", "居民身份证"), _row("身份证丢了", "居民身份证补领", SynonymKind.SPOKEN)])
    query = understand("身份证丢了怎么办", found, Words())
    assert [group.word for group in query.groups] == ["身份证丢"]
    assert ("居民", "身份证", "补领") in query.groups[0].ways or "居民身份证补领" in query.exact


def test_a_short_word_is_not_found_across_words() -> None:
    found = gather([_row("国人", "公民")])
    assert found.find("中国人民", 1, borders("中国人民")) == ""


def test_literal_leaves_synonyms_out() -> None:
    found = gather([_row("社保", "社会保险")])
    assert len(understand("社保", found, Words()).groups[0].ways) == 2
    assert len(understand("社保", found, Words(), literal=True).groups[0].ways) == 1
