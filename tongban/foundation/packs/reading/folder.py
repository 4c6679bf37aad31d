"""The folder of a city pack: which files there are, and the safe way to each."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tongban.foundation.packs.reading import plain, tables, text
from tongban.foundation.packs.reading.rules import MEGABYTE, MOST_FILE, MOST_FILES, MOST_PACK, RULES
from tongban.foundation.packs.types import Phrase, Place, Problems, did_you_mean
from tongban.kernel.errors import N_

READ = (".yaml", ".csv")
MISTAKEN = {".yml": ".yaml", ".json": ".yaml", ".tsv": ".csv", ".xlsx": ".csv", ".xls": ".csv"}
HINT_EMPTY = N_("没有内容就删去这个文件")


class Document:
    """One file that could be read: its data, and where each value stands (looked up only for a problem)."""

    def __init__(self, name: str, written: str, data: Any) -> None:
        self.name = name
        self.data = data
        self._written = written
        self._places: tuple[dict[plain.Path, Place], dict[plain.Path, Place]] | None = None

    def place(self, path: plain.Path, name: bool = False) -> Place:
        """Return where the value at a path stands (or its name), else where what surrounds it stands."""
        if self._places is None:
            self._places = plain.places(self._written, self.name)
        values, names = self._places
        if name and path in names:
            return names[path]
        for length in range(len(path), -1, -1):
            if path[:length] in values:
                return values[path[:length]]
        return Place(self.name, 1, 1)


class Table:
    """One CSV file that could be read."""

    def __init__(self, name: str, written: str, columns: tuple[str, ...], rows: list[tables.Row]) -> None:
        self.name = name
        self.columns = columns
        self.rows = rows
        self._written = written

    def place(self, row: tables.Row, column: str | None = None) -> Place:
        """Return where a cell stands."""
        if column not in self.columns:
            return Place(self.name, row.line, 1)
        return Place(
            self.name, row.line, tables.column_of(self._written, row.line, self.columns.index(column))
        )


class Folder:
    """A city pack's folder, its files listed once. ``unread`` keeps those that could not be read."""

    def __init__(self, path: Path, files: dict[str, int], problems: Problems) -> None:
        self.path = path
        self.files = files
        self.problems = problems
        self.unread: set[str] = set()
        self.digests: dict[str, str] = {}
        self._asked: set[str] = set()

    def matching(self, pattern: str) -> Iterator[str]:
        """Yield the files at a place of the format, e.g. ``items/**.yaml``, in order of their names."""
        for name in self.files:
            if fnmatchcase(name, pattern):
                yield name

    def has(self, name: str) -> bool:
        """Return whether there is such a file, readable or not."""
        return name in self.files or name in self.unread

    def yaml(self, name: str) -> Document | None:
        """Return a YAML file's content, or None with problems told."""
        written = self._text(name)
        if written is None:
            return None
        data, good = plain.read(written, name, self.problems)
        if good and data is None:
            self.problems.add(RULES["empty-file"], Place(name), hint=Phrase(HINT_EMPTY))
        if not good or data is None:
            self.unread.add(name)
            return None
        return Document(name, written, data)

    def csv(self, name: str) -> Table | None:
        """Return a CSV file's rows, or None where there is no such file or it could not be read."""
        written = self._text(name)
        if written is None:
            return None
        before = len(self.problems)
        columns, rows = tables.read(written, name, self.problems)
        if len(self.problems) > before:
            self.unread.add(name)
        return Table(name, written, columns, rows)

    def tell_unknown(self, known: Iterable[str]) -> None:
        """Tell every file that no place of the format asked for."""
        places = [*known]
        for name in sorted(self.files.keys() - self._asked):
            self.problems.add(
                RULES["unknown-file"],
                Place(text.shown(name, 200)),
                file=text.shown(name, 200),
                hint=did_you_mean(name, places),
            )

    def _text(self, name: str) -> str | None:
        self._asked.add(name)
        if name not in self.files:
            return None
        raw = self._bytes(name)
        found = None if raw is None else text.decode(raw, name, self.problems)
        if found is None:
            self.unread.add(name)
        return found

    def _bytes(self, name: str) -> bytes | None:
        size = self.files[name]
        if size > MOST_FILE:
            self._too_large(name, size)
            return None
        try:
            with (self.path / name).open("rb") as file:
                raw = file.read(MOST_FILE + 1)
        except OSError as error:
            self.problems.add(
                RULES["not-readable"], Place(name), file=text.shown(name, 200), reason=error.strerror
            )
            return None
        if len(raw) > MOST_FILE:  # grew since it was listed
            self._too_large(name, len(raw))
            return None
        self.digests[name] = hashlib.sha256(raw).hexdigest()
        return raw

    def _too_large(self, name: str, size: int) -> None:
        self.problems.add(
            RULES["file-too-large"], Place(name), size=f"{size / MEGABYTE:.1f}", most=MOST_FILE // MEGABYTE
        )


def open_folder(path: Path, problems: Problems) -> Folder | None:
    """Return the folder with its files listed, or None where there is nothing that could be a pack."""
    where = text.shown(path, 200)
    if not path.exists():
        problems.add(RULES["no-folder"], Place(where), path=where)
        return None
    if not path.is_dir():
        problems.add(RULES["not-a-folder"], Place(where), path=where)
        return None
    files = dict(_files(path, problems))
    if not files and not len(problems):
        problems.add(RULES["empty-folder"], Place(where), path=where)
        return None
    size = sum(files.values())
    if len(files) > MOST_FILES:
        problems.add(RULES["too-many-files"], Place(where), count=MOST_FILES, most=MOST_FILES)
        return None
    if size > MOST_PACK:
        problems.add(RULES["pack-too-large"], Place(where), size=size // MEGABYTE, most=MOST_PACK // MEGABYTE)
        return None
    return Folder(path, files, problems)


def _files(top: Path, problems: Problems) -> Iterator[tuple[str, int]]:
    """Yield name and size of every file that may be read, in order; hidden ones are not looked at."""
    inside = top.resolve()
    seen = 0
    for base, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if Path(base, name).is_symlink():  # never followed: it may lead outside, or in a circle
                where = text.shown(Path(base, name).relative_to(top).as_posix(), 200)
                problems.add(RULES["link-outside"], Place(where), file=where)
        for name in sorted(names):
            path = Path(base, name)
            if name.startswith(".") or path.suffix.lower() not in (*READ, *MISTAKEN):
                continue
            seen += 1
            if seen > MOST_FILES + 1:
                return
            relative = path.relative_to(top).as_posix()
            size = _size(path, relative, inside, problems)
            if size is not None:
                yield relative, size


def _stays(path: Path, inside: Path) -> bool:
    return path.resolve().is_relative_to(inside)


def _size(path: Path, name: str, inside: Path, problems: Problems) -> int | None:
    shown = text.shown(name, 200)
    ending = path.suffix.lower()
    if not name.isprintable():
        problems.add(RULES["unreadable-name"], Place(shown), file=shown)
        return None
    try:
        if not _stays(path, inside):
            problems.add(RULES["link-outside"], Place(shown), file=shown)
            return None
        found = path.stat()
    except (OSError, RuntimeError) as error:  # a link to nowhere, or to itself
        problems.add(
            RULES["not-readable"], Place(shown), file=shown, reason=getattr(error, "strerror", None) or "?"
        )
        return None
    if not stat.S_ISREG(found.st_mode):
        problems.add(RULES["not-a-file"], Place(shown), file=shown)
        return None
    if ending in MISTAKEN or path.suffix not in READ:
        problems.add(RULES["wrong-ending"], Place(shown), file=shown, ending=MISTAKEN.get(ending, ending))
        return None
    return found.st_size
