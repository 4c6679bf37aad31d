"""Read a list and judge its rows, without any database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tongban.services.catalogue.imports.headers import Said, fits, place
from tongban.services.catalogue.imports.opening import open_table
from tongban.services.catalogue.imports.rules import Judge
from tongban.services.catalogue.imports.types import Judged, Known, Table


@dataclass(frozen=True, slots=True)
class Reading:
    """A list that is being read: what it is, which column is which field, and its judged rows, once."""

    table: Table
    columns: dict[str, str]
    judged: Iterator[Judged]


def read_list(path: Path, said: Said, known: Callable[[], Known]) -> Reading:
    """Return the list's rows as they are judged one after the other; raise ListUnreadable.

    What is ``known`` is asked for when the first row is judged: by then no other list is being taken in.
    """
    table = open_table(path, lambda header: fits(header, said))
    places = place(table.header, said)
    columns = {name: table.header[index] for name, index in places.items()}
    return Reading(table, columns, _judged(table, places, said, known))


def _judged(table: Table, places: dict[str, int], said: Said, known: Callable[[], Known]) -> Iterator[Judged]:
    judge = Judge(table, places, said, known())
    yield from map(judge.judge, table.rows)
