"""Which departments' systems are to be slow or dead, for showing what the city does then: a file, read when it changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Trouble(StrEnum):
    """What is the matter with a system."""

    SLOW = "slow"
    DEAD = "dead"


@dataclass
class Troubles:
    """The file of troubles; one that is not there says that all is well."""

    path: Path
    _seen: tuple[int, int] = (0, 0)
    _held: dict[str, Trouble] = field(default_factory=dict)

    def __call__(self) -> Mapping[str, Trouble]:
        """Return department → trouble, as the file says now."""
        try:
            known = self.path.stat()
        except FileNotFoundError:
            self._held = {}
            return self._held
        # Two writes can fall into one tick of the clock; each makes a file of its own.
        changed = known.st_mtime_ns, known.st_ino
        if changed != self._seen:
            said = json.loads(self.path.read_text("utf-8") or "{}")
            self._seen, self._held = changed, {code: Trouble(one) for code, one in said.items()}
        return self._held

    def put(self, department: str, trouble: Trouble | None) -> None:
        """Have a department's systems be in trouble, or well again."""
        said = {code: one.value for code, one in self().items() if code != department}
        if trouble is not None:
            said[department] = trouble.value
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(said), "utf-8")
        new.replace(self.path)
