"""What a feed's twin in the sandbox holds: changes and a file of nobody's data, always the same. Pure.

Of each test row there are three changes: it comes, it changes, it goes; then a file of them all is published. So whatever
a receiver has to be able to do can be tried, from any point and as often as wanted.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import uuid
from collections.abc import Iterator, Mapping, Sequence

from tongban.datahub.subscriptions.rules.files import announcement
from tongban.datahub.subscriptions.types import Feed, File, FileState, Kind, Placed

KINDS = (Kind.CREATED, Kind.CHANGED, Kind.REMOVED)
BEGINS = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
ROW_BYTES = 16
FILE_ROWS = 5_000
"""So many that a download is long enough to be interrupted."""
LINE = "line"
MEDIA = "text/csv; charset=utf-8"
Rows = Sequence[Mapping[str, object]]


def changes(twin: Feed, rows: Rows) -> Iterator[Placed]:
    """Yield the changes of a feed's twin, made of its test rows."""
    for step, kind in enumerate(KINDS):
        for index, row in enumerate(rows, 1):
            names = twin.keys if kind is Kind.REMOVED else twin.fields
            fields = {name: row[name] for name in names if name in row}
            yield _placed(twin, step * len(rows) + index, kind, str(index), fields)
    file = file_of(twin, content(twin, rows))
    yield _placed(twin, len(KINDS) * len(rows) + 1, Kind.FILE, file.name, announcement(file))


def content(twin: Feed, rows: Rows) -> bytes:
    """Return the content of the twin's file: the test rows again and again, each line with its number."""
    text = io.StringIO()
    writer = csv.writer(text)
    names = [name for name in twin.fields if all(name in row for row in rows)]
    writer.writerow([LINE, *names])
    for number in range(1, FILE_ROWS + 1 if rows else 1):
        row = rows[number % len(rows)]
        writer.writerow([number, *(row[name] for name in names)])
    return text.getvalue().encode()


def file_of(twin: Feed, data: bytes) -> File:
    """Return the twin's file; other content is another file."""
    digest = hashlib.sha256(data).digest()
    return File(
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"{twin.source}/{digest.hex()}"), feed=twin, name=f"TEST-{twin.code}.csv",
        media=MEDIA, size=len(data), sha256=digest, received=len(data), state=FileState.READY, begun_at=BEGINS,
        ready_at=BEGINS,
    )  # fmt: skip


def _placed(twin: Feed, position: int, kind: Kind, row: str, fields: Mapping[str, object]) -> Placed:
    moment = (BEGINS + dt.timedelta(minutes=position)).isoformat().replace("+00:00", "Z")
    named = hashlib.sha256(f"{twin.code}/{row}".encode()).digest()[:ROW_BYTES]
    return Placed(position, moment, moment, kind, named, fields)
