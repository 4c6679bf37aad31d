"""What a change is when it is sealed: the digest of its place in its feed and of all that is kept of it, where it lies."""

from __future__ import annotations

from tongban.foundation.statements import queries as statements

WIDTH = 32
MICROS = "(extract(epoch FROM {}) * 1000000)::bigint"
LEAF = f"""
sha256(convert_to(json_build_array('feed-change-1', feed, position, {MICROS.format("placed_at")},
    {MICROS.format("happened_at")}, kind, encode(row, 'hex'), encode(subject, 'hex'), encode(sha256(content), 'hex')
)::text, 'UTF8'))"""
# Changes that follow each other without a gap are one run: a position that is gone is told by its absence.
RUNS = f"""
SELECT min(position), max(position), string_agg(leaf, ''::bytea ORDER BY position)
FROM (
    SELECT position, {LEAF} AS leaf, position - row_number() OVER (ORDER BY position) AS run
    FROM (
        SELECT * FROM subscriptions_change WHERE feed = %s AND position > %s AND position <= %s
        ORDER BY position LIMIT %s
    ) found
) placed GROUP BY run ORDER BY 1
"""  # noqa: S608 - constants of this module
ALL = 1 << 31


def runs(feed: int, after: int, upto: int, most: int = ALL) -> list[tuple[int, int, bytes]]:
    """Return the leaves of a feed's changes behind one position up to another, by runs: first, last, leaves."""
    return [
        (first, last, bytes(joined))
        for first, last, joined in statements.rows(RUNS, [feed, after, upto, most])
    ]


def by_position(feed: int, first: int, last: int) -> dict[int, bytes]:
    """Return the leaf of each change of a feed from one position to another that there is."""
    found: dict[int, bytes] = {}
    for begin, _, joined in runs(feed, first - 1, last):
        found |= cut(begin, joined)
    return found


def cut(first: int, joined: bytes) -> dict[int, bytes]:
    """Return joined leaves by their positions."""
    return {first + at // WIDTH: joined[at : at + WIDTH] for at in range(0, len(joined), WIDTH)}
