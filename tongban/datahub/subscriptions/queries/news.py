"""Who was told about some people since the last look: for those who wish to hear of each reading."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict

from tongban.datahub.exchange.types import Committed
from tongban.datahub.subscriptions.rules.pausing import NOT_SENT
from tongban.foundation.statements import queries as reading
from tongban.kernel.clock import SHANGHAI

# What was only tried again, as nobody confirmed it, is no news. Tables are read in the order of commits, not by the people.
NEW = """
SELECT DISTINCT c.subject, told.id, told.consumer FROM (
    SELECT id, at, feed, first, last, consumer, "grant", fields, subscription, epoch FROM subscriptions_delivery
    WHERE at >= %(since)s AND xact > %(after)s AND xact <= %(upto)s AND (status IS NULL OR status > 0 OR problem <> ALL(%(not_sent)s::text[]))
    UNION ALL
    SELECT id, at, feed, first, last, client, "grant", fields, NULL, NULL FROM subscriptions_call
    WHERE at >= %(since)s AND xact > %(after)s AND xact <= %(upto)s AND signed_at >= %(since)s::timestamptz - interval '1 hour'
        AND act = 'pull' AND count > 0
) told
CROSS JOIN LATERAL (
    SELECT position, subject FROM subscriptions_change
    WHERE feed = told.feed AND position BETWEEN told.first AND told.last AND subject = ANY(%(subjects)s)
    UNION ALL
    SELECT position, subject FROM subscriptions_about
    WHERE feed = told.feed AND position BETWEEN told.first AND told.last AND subject = ANY(%(subjects)s)
        AND (field = '' OR field = ANY(told.fields))
) c
WHERE NOT EXISTS (
    SELECT FROM subscriptions_delivery before
    WHERE before.subscription = told.subscription AND before.at < told.at AND before.at > told.at - interval '4 days'
        AND before.epoch = told.epoch AND before.first = told.first AND before.last >= c.position
        AND (before.status IS NULL OR before.status > 0 OR before.problem <> ALL(%(not_sent)s::text[])))
    AND NOT EXISTS (
    SELECT FROM exchange_secrecy s
    WHERE s.ended_on IS NULL AND s.until >= %(today)s::date AND s.since <= told.at AND s."grant" = told."grant")
ORDER BY 2
"""


def new_told(
    subjects: list[bytes], news: Committed, *, at: dt.datetime
) -> tuple[tuple[bytes, uuid.UUID, str], ...]:
    """Return (subject, delivery or pull, consumer) of what told about any of these and has come on record."""
    today = at.astimezone(SHANGHAI).date()
    asked = {"subjects": subjects, "today": today, "not_sent": list(NOT_SENT), **asdict(news)}
    return tuple((bytes(subject), id, consumer) for subject, id, consumer in reading.rows(NEW, asked))
