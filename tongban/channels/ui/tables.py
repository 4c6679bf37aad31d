"""Tables to take away: cells that a spreadsheet shows and never runs."""

from __future__ import annotations

MARK = "\ufeff"
"""Begins a CSV file: without it spreadsheets take UTF-8 for the local code page."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: text like one gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
