"""What a process remembers of the index: synonyms, and how frequent words are. Read anew when it changes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from tongban.services.catalogue.search.synonyms import Synonyms, gather
from tongban.services.catalogue.search.types import Synonym
from tongban.services.catalogue.search.understanding import Words

MOST_TERMS = 300_000
"""Terms remembered by one process, about 100 bytes each; beyond that the rarest are taken as unknown."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Synonyms and frequencies at one revision of the index."""

    revision: int
    synonyms: Synonyms
    words: Words


class _Remembered:
    vocabulary: Vocabulary | None = None


def remembered() -> Vocabulary:
    """Return what this process remembers; it may be a revision old."""
    return _Remembered.vocabulary or read()


def read() -> Vocabulary:
    """Return the vocabulary of the present revision, and remember it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT revision, entries FROM catalogue_search_state")
        revision, total = cursor.fetchone() or (0, 0)
        cursor.execute("SELECT word, means, kind FROM catalogue_search_synonym ORDER BY id")
        rows = [Synonym(word=word, means=means, kind=kind) for word, means, kind in cursor.fetchall()]
        cursor.execute(
            "SELECT term, entries FROM catalogue_search_term ORDER BY entries DESC LIMIT %s", [MOST_TERMS]
        )
        entries = dict(cursor.fetchall())
    _Remembered.vocabulary = Vocabulary(revision, gather(rows), Words(entries, total))
    return _Remembered.vocabulary
