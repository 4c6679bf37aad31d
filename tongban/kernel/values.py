"""What one field of a record says: a plain value or a list of them, never an object with fields of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

PLAIN = frozenset({str, int, float, bool, type(None)})


def are_plain(values: Iterable[object]) -> bool:
    """Return whether values are plain, or lists of plain values."""
    return all(type(value) in PLAIN or _is_plain(value) for value in values)


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return are_plain(value)
    return not isinstance(value, Mapping)


def texts_of(value: object) -> Iterator[str]:
    """Yield what is said in a value: one text, or those of its list, however deep."""
    if isinstance(value, list | tuple):
        for one in value:
            yield from texts_of(one)
    elif value is not None:
        yield str(value)
