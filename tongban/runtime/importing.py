"""Take a department's list in, or only try it: on the folder alone, without any database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tongban.foundation.government.rules import finder
from tongban.kernel.types import Actor
from tongban.runtime.city import CityPack, read_city
from tongban.services.catalogue.imports.queries import Report, read_list, read_said
from tongban.services.catalogue.imports.types import Known, Tally

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a list; ``report`` is the file of refused rows, if there are any."""

    tally: Tally
    kind: str
    encoding: str
    columns: dict[str, str]
    report: Path | None
    batch: str | None = None

    def document(self) -> dict[str, object]:
        """Return the account as plain data."""
        return {
            "rows": self.tally.rows,
            "accepted": self.tally.accepted,
            "rejected": self.tally.rejected,
            "reasons": self.tally.reasons,
            "warnings": self.tally.warnings,
            "report": str(self.report) if self.report else None,
            "kind": self.kind,
            "encoding": self.encoding or None,
            "columns": self.columns,
            "batch": self.batch,
        }


def try_list(path: Path, said: str, report: Path, folder: Path, language: str) -> Outcome:
    """Judge every row against the folder's departments and items; nothing is kept but the report."""
    pack, _ = read_city(folder)
    reading = read_list(path, read_said(said), lambda: known_of(pack))
    tally = Tally()
    with Report(report, reading.table.header, language) as refused:
        for judged in reading.judged:
            tally.count(judged)
            if not judged.is_accepted:
                refused.add(judged)
    written = report if refused.is_written else None
    return Outcome(tally, reading.table.kind, reading.table.encoding, reading.columns, written)


def take_list(path: Path, said: str, report: Path, language: str, by: Actor, at: datetime) -> Outcome:
    """Make drafts of the good rows, all in one transaction, and write the bad ones to the report."""
    from tongban.services.catalogue.imports import operations

    reading = read_list(path, read_said(said), known_now)
    with Report(report, reading.table.header, language) as refused:
        batch, tally = operations.take_list(
            file=path.name[:300],
            sha256=_sha256(path),
            columns=reading.columns,
            judged=reading.judged,
            refuse=refused.add,
            by=by,
            at=at,
        )
    written = report if refused.is_written else None
    kind, encoding = reading.table.kind, reading.table.encoding
    return Outcome(tally, kind, encoding, reading.columns, written, str(batch))


def known_of(pack: CityPack) -> Known:
    """Return what a folder knows."""
    numbers = frozenset(
        number
        for item in pack.items.values()
        for number in (item.catalogue_code, item.local_code, item.implementation_code, item.handling_code)
        if number
    )
    return Known(
        find_department=finder(pack.departments.values(), pack.districts.values()),
        published=numbers,
        area=pack.city.code if pack.city else "",
    )


def known_now() -> Known:
    """Return what is published and what waits as a draft, at this moment."""
    from tongban.foundation.government import queries as government
    from tongban.services.catalogue import queries as catalogue

    published, drafts = catalogue.known_numbers()
    return Known(
        find_department=finder(government.departments(), government.districts()),
        published=published,
        drafts=drafts,
        area=catalogue.get_city().code,
    )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
