"""Search among 100,000 titles: how long a page's query takes, and how often the first hit is the one meant.

The titles are loaded into a database of their own on the same server, through the same operation that a
publication uses. The floor is the bare query: the words' lexemes, AND, ten rows, one prepared statement.
"""

from __future__ import annotations

import csv
import os
import random
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks import search_corpus as corpus
from benchmarks.harness import percentile, report, seconds
from tongban.runtime import boot
from tongban.runtime.database import create_database

TITLES = 100_000
FEWER = 10_000
ASKED = 1000
SEED = 20260302
NAME = "tongban_bench_search"
SYNONYMS = corpus.ROOT / "city" / "shanghai" / "search" / "synonyms.csv"

Questions = dict[str, list[corpus.Asked]]


def measure() -> None:
    """Measure with fewer titles, then with all, and report speed and the share of right first hits."""
    rng = random.Random(SEED)
    titles = corpus.titles(TITLES, rng)
    with scratch_database() as address:
        boot.set_up_django()
        boot.bring_tables_up_to_date()
        load(rng.sample(titles, FEWER))
        few = median_ms(questions(rng.sample(titles, ASKED), rng))
        load(titles)
        asked = questions(rng.sample(titles, ASKED), rng)
        shares = {kind: right_first(of_kind) for kind, of_kind in asked.items()}
        speed(asked, shares, few, floor_ms(address, asked))
        boot.disconnect()
    for kind, goal in (("reordered", 95), ("spoken", 95), ("mistyped", 80)):
        report(
            f"search_{kind}",
            ours=100 * shares[kind],
            unit="% right first",
            goal=f">= {goal}",
            sizes={"titles": TITLES, "queries": ASKED},
            notes="equal titles count as one",
        )


def speed(asked: Questions, shares: dict[str, float], few: float, floor: float) -> None:
    """Report the median of all queries, the kinds apart in the details."""
    from tongban.services.catalogue.search import queries

    taken = {kind: [times(queries.search, one.text) for one in found] for kind, found in asked.items()}
    every = [one for found in taken.values() for one in found]
    median = statistics.median(every)
    report(
        "search",
        ours=median,
        unit="ms",
        goal="<= 3",
        floor=floor,
        also=shares["reordered"] >= 0.95 and shares["spoken"] >= 0.95 and shares["mistyped"] >= 0.8,
        sizes={"titles": TITLES, "queries": len(every)},
        notes=f"p95 {percentile(every, 0.95):.1f} ms; {median / few:.2f} × the median at {FEWER:,} titles; "
        f"first hit right: {', '.join(f'{kind} {100 * share:.1f} %' for kind, share in shares.items())}",
        details={
            "median_ms": {kind: round(statistics.median(found), 3) for kind, found in taken.items()},
            "p95_ms": {kind: round(percentile(found, 0.95), 3) for kind, found in taken.items()},
            "right_first": shares,
            "median_ms_at_fewer": {"titles": FEWER, "median": round(few, 3)},
        },
    )


@contextmanager
def scratch_database() -> Iterator[str]:
    """Yield the address of an empty database beside the city's, dropped afterwards."""
    with boot.database_url() as city:
        address = urlunsplit(urlsplit(city)._replace(path=f"/{NAME}"))
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME))
        with psycopg.connect(city, autocommit=True) as connection:
            connection.execute(drop)
            create_database(city, NAME)
            with given(address):
                yield address
            connection.execute(drop)


@contextmanager
def given(address: str) -> Iterator[None]:
    """Let the settings find this database for the block."""
    before = dict(os.environ)
    os.environ["DATABASE_URL"] = address
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def load(titles: list[str]) -> None:
    """Index the titles and the synonyms of the demonstration city, and let PostgreSQL tidy up."""
    from django.db import connection

    from tongban.services.catalogue.search import operations, vocabulary
    from tongban.services.catalogue.search.types import Entry, Kind

    operations.keep_synonyms(synonyms())
    operations.rebuild(
        Entry(
            kind=Kind.ITEM, code=f"item-{number}", title=title, audience=(str(1 + number % 2),),
            department=f"department-{number % 40}", themes=(f"theme-{number % 20}",), visits=number % 4,
            materials=number % 9, days=number % 30,
        )
        for number, title in enumerate(titles)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL ANALYZE catalogue_search_entry")
    vocabulary.read()


def synonyms() -> list[corpus.Synonym]:
    """Return the synonyms of the demonstration city."""
    with SYNONYMS.open(encoding="utf-8", newline="") as file:
        return [corpus.Synonym(**row) for row in csv.DictReader(file)]


def questions(titles: list[str], rng: random.Random) -> Questions:
    """Return what people type who look for these titles, by kind."""
    said = corpus.said_otherwise(synonyms())
    characters = corpus.frequent_characters(titles)
    return {
        "reordered": [corpus.Asked(corpus.reordered(one, rng), one) for one in titles],
        "spoken": [corpus.Asked(corpus.spoken(one, rng, said), one) for one in titles],
        "mistyped": [corpus.Asked(corpus.mistyped(one, rng, characters)[0], one) for one in titles],
    }


def right_first(asked: list[corpus.Asked]) -> float:
    """Return for which share of the queries the first hit is the title that was meant, or an equal one."""
    from tongban.services.catalogue.search import queries

    right = 0
    for one in asked:
        hits = queries.search(one.text).hits
        right += bool(hits) and plain(hits[0].title) == plain(one.meant)
    return right / len(asked)


def plain(title: str) -> str:
    """Return a title as it is compared: width, case and punctuation do not count."""
    return corpus.normalise(title).replace(" ", "")


def median_ms(asked: Questions) -> float:
    """Return the median time of a search in milliseconds."""
    from tongban.services.catalogue.search import queries

    return statistics.median(times(queries.search, one.text) for found in asked.values() for one in found)


def times(work: Callable[[str], object], text: str) -> float:
    """Return how long one run took, in milliseconds."""
    return 1000 * seconds(lambda: work(text), repeat=1, warm=0)[0]


def floor_ms(address: str, asked: Questions) -> float:
    """Return the median time of the bare query, in milliseconds."""
    from tongban.services.catalogue.search import vocabulary
    from tongban.services.catalogue.search.understanding import all_query, understand

    known = vocabulary.remembered()
    texts = [
        all_query(understand(one.text, known.synonyms, known.words))
        for found in asked.values()
        for one in found
    ]
    statement = "SELECT title FROM catalogue_search_entry WHERE terms @@ %s::tsquery LIMIT 10"
    with psycopg.connect(address, autocommit=True, prepare_threshold=0) as connection:
        connection.execute("SET enable_seqscan = off")
        return statistics.median(
            times(lambda text: connection.execute(statement, [text]).fetchall(), text) for text in texts
        )
