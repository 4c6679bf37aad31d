"""Giving changes their positions, after the commit, so that positions have no gaps.

Of two placers at once the second waits for what the first has taken, and then takes what is left: one statement decides.
A change that is visible to the placer comes after every change whose transaction it could have seen: two of one row, made
one after the other under the row's lock, are placed in that order. Who reads up to a position has read everything before.
"""

from __future__ import annotations

import datetime as dt

from tongban.foundation.statements import queries as reading

BATCH = 5_000
# Time in a feed never goes back, whatever clocks do: a point in time is a point in its positions. An ARRAY is looked for in
# the index however few rows the planner thinks there are.
PLACE = """
WITH taken AS (
    DELETE FROM subscriptions_pending p
    WHERE p.number = ANY(ARRAY(SELECT number FROM subscriptions_pending ORDER BY number LIMIT %(limit)s))
    RETURNING p.number, p.feed, p.happened_at, p.kind, p.row, p.subject, p.content, p.named
), counted AS (
    UPDATE subscriptions_feed f SET position = f.position + new.count, placed_at = greatest(f.placed_at, %(at)s)
    FROM (SELECT feed, count(*) AS count FROM taken GROUP BY feed) new
    WHERE f.id = new.feed RETURNING f.id, f.position - new.count AS before, f.placed_at
), numbered AS (
    SELECT taken.*, counted.before + row_number() OVER (PARTITION BY taken.feed ORDER BY taken.number) AS position, counted.placed_at
    FROM taken JOIN counted ON counted.id = taken.feed
), placed AS (
    INSERT INTO subscriptions_change (feed, position, placed_at, happened_at, kind, row, subject, content)
    SELECT feed, position, placed_at, happened_at, kind, row, subject, content FROM numbered ORDER BY number
), named AS (
    INSERT INTO subscriptions_about (feed, position, placed_at, kind, field, subject)
    SELECT n.feed, n.position, n.placed_at, n.kind, one->>0, decode(one->>1, 'hex')
    FROM numbered n CROSS JOIN LATERAL jsonb_array_elements(n.named) one
)
SELECT count(*) FROM taken
"""


def place_pending(*, at: dt.datetime) -> int:
    """Give the changes that wait their positions and return how many got theirs."""
    total = 0
    while placed := _place(at):
        total += placed
        if placed < BATCH:
            break
    return total


def _place(at: dt.datetime) -> int:
    found = reading.one(PLACE, {"limit": BATCH, "at": at})
    return int(found[0]) if found else 0
