"""Reading lists for outsiders: judged rows, the report of refused ones, what a list may not repeat."""

from __future__ import annotations

from tongban.services.catalogue.imports.headers import Said, fold, read_said
from tongban.services.catalogue.imports.opening import open_table
from tongban.services.catalogue.imports.reading import Reading, read_list
from tongban.services.catalogue.imports.report import Report, guarded, write_csv, write_xlsx

__all__ = [
    "Reading",
    "Report",
    "Said",
    "fold",
    "guarded",
    "open_table",
    "read_list",
    "read_said",
    "write_csv",
    "write_xlsx",
]
