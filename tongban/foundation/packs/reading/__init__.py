"""Reading a city pack safely: whatever is in the folder, the answer is data with its lines, or sentences.

Nothing of a pack is run, nothing outside its folder is read, and every mistake is told at once.
"""

from __future__ import annotations

from tongban.foundation.packs.reading.explaining import Naming
from tongban.foundation.packs.reading.folder import Folder, open_folder
from tongban.foundation.packs.reading.records import (
    Entries,
    Found,
    read_files,
    read_lists,
    read_one,
    read_table,
    tell,
)
from tongban.foundation.packs.reading.rules import RULES

__all__ = [
    "RULES",
    "Entries",
    "Folder",
    "Found",
    "Naming",
    "open_folder",
    "read_files",
    "read_lists",
    "read_one",
    "read_table",
    "tell",
]
