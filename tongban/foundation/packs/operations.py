"""Writes: a publication opens a revision; code lists of a pack are kept as rows of tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from psycopg.types.json import Jsonb

from tongban.foundation.packs.models import PackFile, PackRevision
from tongban.kernel.digests import digest_of
from tongban.kernel.records import Record
from tongban.kernel.types import Actor

KEPT = ("id", "code")  # of a row that says something new
PUBLISHING = 0x746F_6E67_6369_7479  # our own constant: one publication at a time


@dataclass(frozen=True, slots=True)
class Changes:
    """Codes of what a load changed in one table."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def counts(self) -> dict[str, int]:
        """Return how many were added, changed and removed."""
        return {"added": len(self.added), "changed": len(self.changed), "removed": len(self.removed)}


def wait_for_turn() -> None:
    """Wait until no other publication is under way, and keep others waiting until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISHING])


@transaction.atomic
def open_revision(
    *,
    act: str,
    digest: str,
    by: Actor,
    at: datetime,
    why: str = "",
    summary: Mapping[str, object] | None = None,
) -> int:
    """Open a revision and return its number; ``act`` is load or rollback."""
    row = PackRevision.objects.create(
        act=act,
        digest=digest,
        by_kind=by.kind,
        by_id=by.id,
        by_name=by.name,
        at=at,
        why=why,
        summary=dict(summary or {}),
    )
    return row.number


@transaction.atomic
def note_summary(*, revision: int, summary: Mapping[str, object], by: Actor, at: datetime) -> None:
    """Note what a revision changed, once that is known, in the transaction that opened it."""
    PackRevision.objects.filter(number=revision).update(summary=dict(summary))


@transaction.atomic
def keep_files(*, files: Mapping[str, str], revision: int, by: Actor, at: datetime) -> None:
    """Keep path → SHA-256 of the folder's files as those last loaded."""
    present = dict(PackFile.objects.values_list("path", "sha256"))
    PackFile.objects.filter(path__in=present.keys() - files.keys()).delete()
    PackFile.objects.bulk_create(
        [
            PackFile(path=path, sha256=sha256, revision_id=revision)
            for path, sha256 in files.items()
            if present.get(path) != sha256
        ],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["sha256", "revision"],
    )


@transaction.atomic
def keep_entries(
    *,
    table: type[models.Model],
    records: Iterable[Record],
    columns: Callable[[Any], dict[str, object]],
    by: Actor,
    at: datetime,
) -> Changes:
    """Make a code list's table say what the pack says and return what changed.

    The table has ``code``, ``document``, ``digest``, ``position`` and ``is_current``; ``columns`` gives the
    rest. An entry the pack no longer has stays, marked as not current: published items may name it.
    """
    rows = [_entry(table, record, position, columns) for position, record in enumerate(records)]
    manager: Any = table._default_manager
    present = {
        code: (digest, position, is_current)
        for code, digest, position, is_current in manager.values_list(
            "code", "digest", "position", "is_current"
        )
    }
    different = [row for row in rows if present.get(row.code) != (row.digest, row.position, True)]
    gone = {code for code, (_, _, current) in present.items() if current} - {row.code for row in rows}
    # First of all what goes or changes makes room: a name or slug may have moved to another code.
    manager.filter(code__in=gone | {row.code for row in different}).update(is_current=False)
    put_rows(rows=different, kept=KEPT, by=by, at=at)
    said = {row.code for row in different if present.get(row.code, ("",))[0] != row.digest}
    return Changes(
        added=tuple(sorted(said - present.keys())),
        changed=tuple(sorted(said & present.keys())),
        removed=tuple(sorted(gone)),
    )


def _entry(
    table: type[models.Model], record: Record, position: int, columns: Callable[[Any], dict[str, object]]
) -> Any:
    document = record.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    return table(
        code=document["code"],
        document=document,
        digest=digest_of(document),
        position=position,
        is_current=True,
        **columns(record),
    )


def put_rows(*, rows: Sequence[models.Model], kept: Collection[str] = (), by: Actor, at: datetime) -> None:
    """Insert rows of one table by COPY; where ``code`` is there already, change all columns but the kept.

    Without ``kept`` the rows are new: append-only tables take them directly. Several times as fast as
    INSERT, and a load is mostly this.
    """
    if not rows:
        return
    fields = [field for field in rows[0]._meta.concrete_fields if not field.db_returning]
    name, columns = rows[0]._meta.db_table, ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        into = f'"{name}"'
        if kept:
            into = f'"new_{name}"'
            cursor.execute(f'CREATE TEMPORARY TABLE {into} (LIKE "{name}") ON COMMIT DROP')
        with cursor.copy(f"COPY {into} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([_value(field, row) for field in fields])
        if kept:
            changed = ", ".join(
                f'"{field.column}" = excluded."{field.column}"' for field in fields if field.name not in kept
            )
            cursor.execute(
                f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM {into} '  # noqa: S608  names of our own models
                f"ON CONFLICT (code) DO UPDATE SET {changed}"
            )
            cursor.execute(f"DROP TABLE {into}")


def _value(field: Any, row: models.Model) -> object:
    value = getattr(row, field.attname)
    return Jsonb(value) if isinstance(field, models.JSONField) and value is not None else value
