"""Digests of a pack's files and of the whole folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from tongban.kernel.digests import digest_of

READ = (".yaml", ".csv")
CHUNK = 1 << 20


def file_digests(folder: Path) -> dict[str, str]:
    """Return path → SHA-256 of every file of the folder that a pack is read from."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in READ and path.is_file())
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in files}


def folder_digest(files: Mapping[str, str], reader: str) -> str:
    """Return one digest of all files and of the version of the program that reads them.

    A newer program may read the same files differently, so they count as changed for it.
    """
    return digest_of([reader, sorted(files.items())])


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
