"""Tables of search. All can be made anew from the published catalogue, except what was missed."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchEntry(models.Model):
    """One thing that can be found.

    ``terms`` are lexemes without positions (see terms.py); ``line`` is all that ranking reads, packed, since
    fetching one column of 200 rows costs a third of fetching eight.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10)
    code = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    subtitle = models.TextField()
    terms = SearchVectorField()
    line = models.TextField()
    card = models.JSONField()

    class Meta:
        db_table = "catalogue_search_entry"
        constraints = [models.UniqueConstraint(name="search_entry_once", fields=["kind", "code"])]
        indexes = [
            # Without the list of pending insertions, every search costs the same after a load.
            GinIndex(name="search_entry_terms", fields=["terms"], fastupdate=False),
        ]


class SearchTerm(models.Model):
    """In how many entries a character or pair of characters stands: the rare ones are looked up first."""

    term = models.CharField(max_length=60, primary_key=True)
    entries = models.IntegerField()

    class Meta:
        db_table = "catalogue_search_term"


class SearchSynonym(models.Model):
    """A word people say and what the catalogue calls it."""

    id = models.BigAutoField(primary_key=True)
    word = models.CharField(max_length=300)
    means = models.CharField(max_length=300)
    kind = models.CharField(max_length=10)

    class Meta:
        db_table = "catalogue_search_synonym"
        constraints = [models.UniqueConstraint(name="search_synonym_once", fields=["word", "means"])]


class SearchState(models.Model):
    """One row: the revision grows with every change, so that processes know when to read words anew."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    revision = models.BigIntegerField(default=0)
    entries = models.IntegerField(default=0)
    counted = models.IntegerField(default=0)
    """Entries when the terms were last counted; a tenth more or less, and they are counted anew."""

    class Meta:
        db_table = "catalogue_search_state"
        constraints = [models.CheckConstraint(name="search_state_one_row", condition=models.Q(id=1))]


class SearchMissed(models.Model):
    """What was searched on a day and not found, without who: text, day, count, and nothing else."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    text = models.CharField(max_length=30)
    count = models.IntegerField(default=1)

    class Meta:
        db_table = "catalogue_search_missed"
        constraints = [models.UniqueConstraint(name="search_missed_once", fields=["day", "text"])]
