"""Heads kept outside of the database: who can write all of that can not write these.

A folder has two files for each ledger, named after its root certificate: the newest head that was signed on this machine, and
the newest of each day before. Of several machines each has its own; all are beginnings of one ledger.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tongban.foundation.attestation import rules
from tongban.foundation.attestation.types import SignedHead
from tongban.foundation.ledger.types import Head
from tongban.kernel.clock import SHANGHAI

NAMED_BY = 16
DAYS = ".days"


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the heads of a ledger are kept."""

    folder: Path

    def newest(self, root: bytes) -> Head | None:
        """Return the newest head that was kept of the ledger with this root certificate, X.509, DER."""
        return max(self._read(root, ""), key=lambda head: head.size, default=None)

    def heads(self, root: bytes) -> tuple[Head, ...]:
        """Return all heads that were kept of it, the smallest first."""
        return tuple(sorted({*self._read(root, DAYS), *self._read(root, "")}, key=lambda head: head.size))

    def keep(self, root: bytes, signed: SignedHead) -> None:
        """Keep a head that was signed; one that is not larger than the newest changes nothing."""
        before, newest = self._lines(root, ""), self.newest(root)
        if newest is not None and newest.size >= signed.head.size:
            return
        day = signed.at.astimezone(SHANGHAI).date().isoformat()
        self.folder.mkdir(parents=True, exist_ok=True)
        if before and not before[-1].startswith(day):
            with self._path(root, DAYS).open("a", encoding="ascii") as days:
                _written(days.fileno(), before[-1])
        line = f"{day} {signed.head.size} {signed.head.root.hex()}"
        new = self._path(root, f".{os.getpid()}")
        with new.open("w", encoding="ascii") as file:
            _written(file.fileno(), line)
        new.replace(self._path(root, ""))

    def _read(self, root: bytes, which: str) -> list[Head]:
        found = [line.split() for line in self._lines(root, which)]
        return [Head(int(size), bytes.fromhex(digest)) for _, size, digest in found]

    def _lines(self, root: bytes, which: str) -> list[str]:
        try:
            return self._path(root, which).read_text("ascii").splitlines()
        except FileNotFoundError:
            return []

    def _path(self, root: bytes, which: str) -> Path:
        return self.folder / f"{rules.fingerprint(root)[:NAMED_BY]}{which}"


def _written(file: int, line: str) -> None:
    os.write(file, f"{line}\n".encode("ascii"))
    os.fsync(file)
