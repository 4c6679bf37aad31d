"""All that ranking and narrowing read of an entry, packed into one text column."""

from __future__ import annotations

from tongban.services.catalogue.search.terms import phrases
from tongban.services.catalogue.search.types import Entry, Filters

NO_FILTERS = Filters()
_FIELD, _VALUE = "\t", ";"


class Line:
    """The packed part of an entry, taken apart only as far as it is read: most candidates are only ranked."""

    __slots__ = ("_fields", "boost", "kind", "phrases")

    def __init__(self, packed: str) -> None:
        self._fields = packed.split(_FIELD)
        self.kind = self._fields[0]
        self.boost = int(self._fields[1])
        self.phrases = self._fields[-1].split(_VALUE)

    @property
    def code(self) -> str:
        """Return the code of the entry."""
        return self._fields[2]

    @property
    def department(self) -> str:
        """Return the code of the department; empty if none."""
        return self._fields[3]

    @property
    def audience(self) -> tuple[str, ...]:
        """Return the codes of those it is for."""
        return _values(self._fields[4])

    @property
    def themes(self) -> tuple[str, ...]:
        """Return the codes of its themes."""
        return _values(self._fields[5])

    @property
    def districts(self) -> tuple[str, ...]:
        """Return the districts it is limited to; none means the whole city."""
        return _values(self._fields[6])

    @property
    def visits(self) -> int | None:
        """Return how many trips it takes, if known."""
        return _number(self._fields[7])

    @property
    def materials(self) -> int | None:
        """Return how many papers it takes, if known."""
        return _number(self._fields[8])

    @property
    def days(self) -> int | None:
        """Return how many working days it takes, if known."""
        return _number(self._fields[9])

    @property
    def immediate(self) -> bool:
        """Return whether it is decided on the spot."""
        return self._fields[10] == "1"

    def passes(self, filters: Filters, *, but: str = "") -> bool:
        """Return whether the entry passes the filters; the one named ``but`` is left out."""
        if filters == NO_FILTERS:
            return True
        wanted = (
            ("kind", filters.kind, self.kind == filters.kind),
            ("audience", filters.audience, filters.audience in self.audience),
            ("department", filters.department, filters.department == self.department),
            ("theme", filters.theme, filters.theme in self.themes),
            ("district", filters.district, not self.districts or filters.district in self.districts),
            ("visits", filters.no_visit or filters.one_visit, self._visits(filters)),
            ("materials", filters.no_materials, self.materials == 0),
            ("immediate", filters.immediate, self.immediate),
        )
        return all(holds or not asked or name == but for name, asked, holds in wanted)

    def _visits(self, filters: Filters) -> bool:
        return (filters.no_visit and self.visits == 0) or (filters.one_visit and self.visits == 1)


def pack(entry: Entry) -> str:
    """Return the line of an entry as one text."""
    numbers = (
        "" if number is None else str(number) for number in (entry.visits, entry.materials, entry.days)
    )
    return _FIELD.join(
        (
            entry.kind, str(entry.boost), entry.code, entry.department, _VALUE.join(entry.audience),
            _VALUE.join(entry.themes), _VALUE.join(entry.districts), *numbers,
            "1" if entry.immediate else "", _VALUE.join(phrases(entry)),
        )
    )  # fmt: skip


def _values(text: str) -> tuple[str, ...]:
    return tuple(text.split(_VALUE)) if text else ()


def _number(text: str) -> int | None:
    return int(text) if text else None
