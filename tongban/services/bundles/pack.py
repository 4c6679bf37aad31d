"""The bundles' part of a city pack: ``bundles/``, one bundle a file, read and checked."""

from __future__ import annotations

from tongban.foundation.packs.reading import Entries, Folder, Naming, read_files
from tongban.kernel.errors import N_
from tongban.services.bundles.types import Bundle

BUNDLES = "bundles/*.yaml"


def read(folder: Folder, naming: Naming) -> Entries[Bundle]:
    """Return the bundles by code; tells every problem of their files."""
    return read_files(folder, folder.matching(BUNDLES), Bundle, N_("一件事"), naming)


def check(bundles: Entries[Bundle], things: object, departments: object, problems: object) -> None:
    """Tell what is wrong with bundles."""
