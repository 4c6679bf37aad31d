"""What became of a list."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tongban.datahub.resources.types import DataDuty, Demand, Negative, Resource

Entry = DataDuty | Demand | Negative | Resource


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was refused: its number, the column where it is one, and the reason with what stands there."""

    row: int
    column: str
    code: str
    detail: str


@dataclass(slots=True)
class Account:
    """What became of a list: every row is either accepted or rejected."""

    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    entries: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    """Columns that the list could have and has not: what they would say stays as it is."""
    kind: str = ""
    report: Path | None = None
    refused: list[Refused] = field(default_factory=list)

    def document(self) -> dict[str, object]:
        """Return the account as plain data."""
        return {
            "rows": self.rows,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "reasons": self.reasons,
            "entries": self.entries,
            "columns": self.columns,
            "absent": self.absent,
            "kind": self.kind,
            "report": str(self.report) if self.report else None,
        }
