"""Ranges of bytes as HTTP writes them (RFC 9110 14). Pure."""

from __future__ import annotations

import re

from tongban.datahub.subscriptions.errors import BadPart, NotSatisfiable
from tongban.datahub.subscriptions.types import Span

CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def part_of(header: str, size: int) -> Span:
    """Return which bytes a part brings, by its Content-Range; raise BadPart unless it lies within the file."""
    found = CONTENT_RANGE.fullmatch(header.strip())
    if not found:
        raise BadPart("Content-Range")
    first, last, total = (int(one) for one in found.groups())
    if total != size or not first <= last < size:
        raise BadPart("Content-Range")
    return Span(first, last)


def wanted(header: str, size: int) -> Span | None:
    """Return which bytes are asked for; None for all: no range, several, or one of another unit.

    Raises NotSatisfiable when the file has none of them.
    """
    found = RANGE.fullmatch(header.strip())
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return _last_bytes(int(last), size)
    span = Span(int(first), min(int(last), size - 1) if last else size - 1)
    if last and int(last) < span.first:
        return None
    if span.first >= size:
        raise NotSatisfiable(size)
    return span


def _last_bytes(count: int, size: int) -> Span:
    if count == 0:
        raise NotSatisfiable(size)
    return Span(max(size - count, 0), size - 1)
