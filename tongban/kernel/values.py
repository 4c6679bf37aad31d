"""What one field of a record says: a plain value or a list of them, never an object with fields of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

PLAIN = frozenset({str, int, float, bool, type(None)})


def are_plain(values: Iterable[object]) -> bool:
    """Return whether values are plain, or lists of plain values."""
    return all(type(value) in PLAIN or _is_plain(value) for value in values)


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return not any(isinstance(one, list | tuple | Mapping) for one in value)
    return not isinstance(value, Mapping)


def texts_of(value: object) -> list[str]:
    """Return what is said in a value: one text, or those of its list."""
    said = value if isinstance(value, list | tuple) else (value,)
    return [str(one) for one in said if one is not None]
