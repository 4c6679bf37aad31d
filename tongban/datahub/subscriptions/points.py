"""Points of a feed: from where changes are read."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.subscriptions import records
from tongban.datahub.subscriptions.errors import NoSuchPoint
from tongban.datahub.subscriptions.models import FeedRow
from tongban.datahub.subscriptions.types import Cursor, Placed
from tongban.foundation.statements import queries as reading

BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MOST_BYTES = 2_000_000
"""Of contents read at once; the first is read however large it is."""
# The moment lets PostgreSQL leave the months before alone.
UTC = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
AFTER = f"""
SELECT position, {UTC.format("placed_at")}, {UTC.format("happened_at")}, kind, row, content FROM (
    SELECT *, sum(octet_length(content)) OVER (ORDER BY position) - octet_length(content) AS before FROM (
        SELECT position, placed_at, happened_at, kind, row, content FROM subscriptions_change
        WHERE feed = %s AND position > %s AND placed_at >= %s ORDER BY position LIMIT %s
    ) next
) sized WHERE before < %s ORDER BY position
"""  # noqa: S608 - constants of ours
MOMENT = "SELECT placed_at FROM subscriptions_change WHERE feed = %s AND position = %s"


def changes_after(feed: int, cursor: Cursor, limit: int) -> list[Placed]:
    """Return the next changes after a point, in their order."""
    rows = reading.rows(AFTER, [feed, cursor.position, cursor.placed_at, limit, MOST_BYTES])
    return [records.placed(row) for row in rows]


def newest(row: FeedRow) -> Cursor:
    """Return the point after the last change."""
    return Cursor(row.position, row.placed_at or BEGINNING)


def after_position(row: FeedRow, position: int) -> Cursor:
    """Return the point after a position; raise NoSuchPoint when changes between it and now are not kept any more."""
    if not row.forgotten <= position <= row.position:
        raise NoSuchPoint(row.forgotten + 1, row.position)
    return Cursor(position, _moment(row.pk, position) if position > row.forgotten else BEGINNING)


def before_moment(row: FeedRow, moment: dt.datetime) -> Cursor:
    """Return the point before everything that was placed at or after a moment, of what is kept."""
    low, high = row.forgotten, row.position
    # Time never goes back in a feed, so halving finds the place in some 25 looks among tens of millions.
    while low < high:
        middle = (low + high + 1) // 2
        if _moment(row.pk, middle) < moment:
            low = middle
        else:
            high = middle - 1
    return after_position(row, low)


def _moment(feed: int, position: int) -> dt.datetime:
    found = reading.one(MOMENT, [feed, position])
    if found is None:  # forgotten a moment ago
        return BEGINNING
    moment: dt.datetime = found[0]
    return moment
