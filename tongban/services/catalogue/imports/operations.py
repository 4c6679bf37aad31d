"""Take a list in: its good rows become drafts, all in one transaction, while bad rows go to the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from tongban.foundation.ledger import operations as ledger
from tongban.kernel.errors import N_, NotFound
from tongban.kernel.ids import new_id
from tongban.kernel.types import Actor, Subject
from tongban.services.catalogue import models
from tongban.services.catalogue.imports.types import Judged, Tally

TAKING = 0x7461_6B65_6C69_7374  # our own constant: one list at a time, or two could take the same numbers
COLUMNS = (
    "id", "batch_id", "row", "name", "number", "type", "department_id", "department_said", "document",
    "warnings",
)  # fmt: skip


@transaction.atomic
def take_list(
    *,
    file: str,
    sha256: str,
    columns: dict[str, str],
    judged: Iterable[Judged],
    refuse: Callable[[Judged], None],
    by: Actor,
    at: datetime,
) -> tuple[UUID, Tally]:
    """Make drafts of the accepted rows and return the list's id and its account.

    ``judged`` is read once no other list is being taken in, so that it sees the numbers in use; ``refuse``
    is told each rejected row.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TAKING])
    batch, tally = new_id(), Tally()
    _copy(_rows(judged, batch, tally, refuse))
    models.ImportBatch.objects.create(
        id=batch,
        file=file,
        sha256=sha256,
        at=at,
        by_kind=by.kind,
        by_id=by.id,
        by_name=by.name,
        columns=columns,
        rows=tally.rows,
        accepted=tally.accepted,
        rejected=tally.rejected,
        reasons=tally.reasons,
        warnings=tally.warnings,
    )
    detail = {"file": file, "sha256": sha256, "accepted": tally.accepted, "rejected": tally.rejected}
    ledger.record(act="list.take", subject=Subject("list", str(batch)), by=by, at=at, detail=detail)
    return batch, tally


@transaction.atomic
def drop_list(*, batch: str, by: Actor, at: datetime) -> int:
    """Delete the drafts of a list that was taken in by mistake and return how many; its account stays."""
    known = models.ImportBatch.objects.filter(id=batch).first()
    if known is None:
        raise NotFound("list-unknown", N_("没有这次导入：{batch}。"), batch=batch)
    count, _ = models.DraftItem.objects.filter(batch=known).delete()
    ledger.record(
        act="list.drop", subject=Subject("list", str(known.id)), by=by, at=at, detail={"drafts": count}
    )
    return count


def _rows(
    judged: Iterable[Judged], batch: UUID, tally: Tally, refuse: Callable[[Judged], None]
) -> Iterator[tuple[Any, ...]]:
    for one in judged:
        tally.count(one)
        if one.document is None:
            refuse(one)
            continue
        document = one.document
        yield (
            new_id(),
            batch,
            one.row.number,
            document["name"],
            document.get("implementation_code", ""),
            document["type"],
            document.get("department"),
            one.department_said,
            Jsonb(document),
            list(one.warnings),
        )


def _copy(rows: Iterable[tuple[Any, ...]]) -> None:
    # What is known is looked up for the first row, and during COPY the connection does nothing else.
    rows = chain(list(islice(rows, 1)), rows)
    statement = f"COPY catalogue_draftitem ({', '.join(COLUMNS)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
