"""Who can tell what an applicant's papers are. Filled at start by the packages that hold something."""

from __future__ import annotations

from dataclasses import dataclass, field

from tongban.services.exemptions.types import Finder, Kind

FOUND = frozenset({Kind.LICENCE_LIBRARY, Kind.DATA_SHARING, Kind.EARLIER_UPLOAD})
"""The kinds that need something found; the others follow from the pack and the bundle alone."""


@dataclass(slots=True)
class Sources:
    """Finders by kind, in the order in which they were registered, each under its own name."""

    by_kind: dict[Kind, dict[str, Finder]] = field(default_factory=dict)

    def add(self, kind: Kind, finder: Finder, name: str) -> None:
        """Add a finder; the same one again changes nothing."""
        if kind not in FOUND:
            raise ValueError(f"nothing is looked for where the kind is {kind}")
        known = self.by_kind.setdefault(kind, {}).setdefault(name, finder)
        if known is not finder:
            raise ValueError(f"two sources are called {name}")


SOURCES = Sources()
