"""Whom the changes of a feed are about, of those that were forgotten and of those that name others."""

from __future__ import annotations

from tongban.foundation.statements import queries as statements

DIGEST = """
SELECT encode(sha256(convert_to(coalesce(string_agg(
    concat_ws(' ', position, kind, field, encode(subject, 'hex')), chr(10) ORDER BY position, field COLLATE "C", subject
), ''), 'UTF8')), 'hex')
FROM subscriptions_about WHERE feed = %s AND position > %s AND position <= %s
"""
NAMED = """
SELECT position, array_agg(ARRAY[field, encode(subject, 'hex')]::text[] ORDER BY field COLLATE "C", subject) FROM subscriptions_about
WHERE feed = %s AND position > %s AND position <= %s GROUP BY position
"""


def digest(feed: int, after: int, upto: int) -> str:
    """Return the digest of whom the changes behind one position up to another are about, and in which field: its seal."""
    found = statements.one(DIGEST, [feed, after, upto])
    return str(found[0]) if found else ""


def named(feed: int, after: int, upto: int) -> dict[int, list[tuple[str, str]]]:
    """Return who is named in the changes behind one position up to another: field and digest, by position."""
    rows = statements.rows(NAMED, [feed, after, upto])
    return {position: [(field, subject) for field, subject in pairs] for position, pairs in rows}
