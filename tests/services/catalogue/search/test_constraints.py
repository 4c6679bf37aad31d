"""What the database itself refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import psycopg
import pytest
from django.db import IntegrityError, transaction

from tongban.services.catalogue.search import operations, queries
from tongban.services.catalogue.search.models import SearchMissed, SearchState, SearchSynonym
from tongban.services.catalogue.search.types import Entry, Kind, Synonym

pytestmark = pytest.mark.django_db


def _refused(name: str, write: Callable[[], object]) -> None:
    # COPY goes past Django, and so does its error.
    with pytest.raises((IntegrityError, psycopg.IntegrityError), match=name), transaction.atomic():
        write()


def test_an_entry_stands_once_in_the_index() -> None:
    twice = [Entry(Kind.ITEM, "dog", "养犬登记"), Entry(Kind.ITEM, "dog", "养犬年检")]
    _refused("search_entry_once", lambda: operations.rebuild(twice))


def test_a_meaning_stands_once_for_a_word() -> None:
    SearchSynonym.objects.create(word="社保", means="社会保险", kind="abbr")
    _refused(
        "search_synonym_once",
        lambda: SearchSynonym.objects.create(word="社保", means="社会保险", kind="synonym"),
    )
    assert operations.keep_synonyms([Synonym(word="社保", means="社会保险")] * 2) == 1


def test_there_is_one_state() -> None:
    operations.rebuild([])
    assert SearchState.objects.count() == 1
    _refused("search_state_one_row", lambda: SearchState.objects.create(id=2))


def test_a_missed_text_is_counted_in_one_row_a_day() -> None:
    SearchMissed.objects.create(day=date(2026, 3, 2), text="航天器")
    _refused(
        "search_missed_once",
        lambda: SearchMissed.objects.create(day=date(2026, 3, 2), text="航天器"),
    )


def test_an_empty_city_answers_too() -> None:
    assert queries.search("我要开饭店").total == 0
    assert queries.suggest("我要开饭店") == ()
    operations.rebuild([])
    assert queries.search("我要开饭店").total == 0
