"""What was asked about one person or company: for that person, so without what the law still keeps from them.

Nothing here tells that something is kept: an exchange under a secret grant is neither listed nor counted, and a
refused call by the same consumer to the same service goes with it. It comes to light on the day after the secrecy ends.

Records lie in partitions by the month in which they were signed, each with an index by subject and moment. A signature is
accepted for minutes only (``protocol.POLICY``), so a period of ``at`` names the partitions that can have it: what is
asked for page by page goes back in steps, and reads no month before the last one it needs.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace

from tongban.datahub.exchange.types import About, AboutWanted, Outcome, Tally
from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import queries as trust
from tongban.kernel.clock import SHANGHAI

PURPOSE = "exchange.subject"
STEPS = (dt.timedelta(days=31), dt.timedelta(days=186), dt.timedelta(days=3660))
HIDDEN = """
NOT EXISTS (
    SELECT FROM exchange_secrecy s
    WHERE s.ended_on IS NULL AND s.until >= %(today)s::date AND s.since <= r.at AND (s."grant" = r."grant"
        OR (r."grant" IS NULL AND (s.consumer, s.provider, s.service) = (r.consumer, r.provider, r.service)))
)
"""
WHERE = f"""
r.subject = %(subject)s AND r.at >= %(since)s AND r.at < %(until)s
AND r.signed_at >= %(since)s::timestamptz - interval '1 hour'
AND r.signed_at < %(until)s::timestamptz + interval '1 hour'
AND (%(refused)s::boolean IS NULL OR (r.outcome <> '') = %(refused)s::boolean)
AND (%(issue)s::text IS NULL OR r.issue = %(issue)s::text)
AND (%(resource)s::text IS NULL OR (r.provider, r.service) IN (
    SELECT p.provider_id, p.code FROM exchange_service p WHERE p.resource = %(resource)s::text))
AND {HIDDEN}
"""  # noqa: S608 - of constants
COLUMNS = """
SELECT f.id, f.at, f.consumer, f.provider, f.service, f.outcome, f."grant", f."user", f.issue,
    coalesce(g.resource, p.resource, ''), coalesce(g.fields, '{{}}'), coalesce(g.purpose, ''), coalesce(g.items, '{{}}'),
    coalesce(g.basis, ''), a.status, (
        SELECT max(coalesce(s.ended_on, s.until + 1)) FROM exchange_secrecy s
        WHERE s."grant" = f."grant" AND s.since <= f.at AND (f.at AT TIME ZONE 'Asia/Shanghai')::date <= coalesce(s.ended_on, s.until)
    )
FROM ({}) AS f
LEFT JOIN exchange_answer a ON a.record = f.id AND a.at = f.at
LEFT JOIN resources_grant g ON g.id = f."grant"
LEFT JOIN exchange_service p ON p.provider_id = f.provider AND p.code = f.service
ORDER BY f.at DESC, f.id DESC
"""
FOUND = f"""
SELECT r.id, r.at, r.consumer, r.provider, r.service, r.outcome, r."grant", r."user", r.issue
FROM exchange_record r
WHERE {WHERE} AND (%(before)s::timestamptz IS NULL OR (r.at, r.id) < (%(before)s::timestamptz, %(before_id)s::uuid))
ORDER BY r.at DESC, r.id DESC LIMIT %(limit)s
"""  # noqa: S608 - of constants
LIST = COLUMNS.format(FOUND)
ONE = COLUMNS.format(
    f"""SELECT r.id, r.at, r.consumer, r.provider, r.service, r.outcome, r."grant", r."user", r.issue
    FROM exchange_record r WHERE r.id = %(id)s AND r.subject = %(subject)s AND {HIDDEN}"""  # noqa: S608 - of constants
)
TALLY = f"""
SELECT (r.at AT TIME ZONE 'Asia/Shanghai')::date, r.outcome <> '', r.consumer, coalesce(p.resource, ''), r.issue, count(*)
FROM exchange_record r
LEFT JOIN exchange_service p ON p.provider_id = r.provider AND p.code = r.service
WHERE {WHERE} GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - of constants
NEW = f"""
SELECT r.subject, r.id, r.consumer FROM exchange_record r
WHERE r.signed_at >= %(since)s::timestamptz - interval '1 hour' AND r.at >= %(since)s AND r.at < %(until)s
    AND r.outcome = '' AND r.subject = ANY(%(subjects)s) AND {HIDDEN}
ORDER BY r.at, r.id
"""  # noqa: S608 - of constants


def digest_of(identifier: str) -> bytes:
    """Return the keyed digest by which what was asked about somebody is found."""
    return bytes.fromhex(trust.blind_index(PURPOSE, identifier))


def readings_about(subject: bytes, wanted: AboutWanted, *, at: dt.datetime) -> tuple[About, ...]:
    """Return what was asked about a subject in a period, refused calls too, newest first, at most ``wanted.limit``."""
    found: list[About] = []
    for period in _steps(wanted):
        values = _values(subject, period, at) | {"limit": wanted.limit - len(found)}
        found += [_about(*row) for row in statements.rows(LIST, values)]
        if len(found) >= wanted.limit:
            break
    return tuple(found)


def find_about(subject: bytes, id: uuid.UUID, *, at: dt.datetime) -> About | None:
    """Return one exchange if it was about this subject and may be seen by them."""
    row = statements.one(ONE, {"id": id, "subject": subject, "today": _day(at)})
    return _about(*row) if row else None


def tally_about(subject: bytes, wanted: AboutWanted, *, at: dt.datetime) -> tuple[Tally, ...]:
    """Return how often what was asked about a subject in a period: by day, consumer, resource, case."""
    return tuple(Tally(*row) for row in statements.rows(TALLY, _values(subject, wanted, at)))


def new_about(
    subjects: list[bytes], *, since: dt.datetime, until: dt.datetime, at: dt.datetime
) -> tuple[tuple[bytes, uuid.UUID, str], ...]:
    """Return (subject, exchange, consumer) of the authorised calls about any of these in a short time."""
    values = {"subjects": subjects, "since": since, "until": until, "today": _day(at)}
    return tuple((bytes(subject), *rest) for subject, *rest in statements.rows(NEW, values))


def _steps(wanted: AboutWanted) -> Iterator[AboutWanted]:
    """Yield the period in parts, the newest first, each reaching further back than the one before."""
    until = (
        min(wanted.until, wanted.before[0] + dt.timedelta(microseconds=1)) if wanted.before else wanted.until
    )
    for step in STEPS:
        since = max(wanted.since, until - step)
        yield replace(wanted, since=since, until=until)
        if since <= wanted.since:
            return
        until = since


def _values(subject: bytes, wanted: AboutWanted, at: dt.datetime) -> dict[str, object]:
    before = wanted.before or (None, None)
    return {
        "subject": subject, "since": wanted.since, "until": wanted.until, "before": before[0], "before_id": before[1],
        "refused": wanted.refused, "issue": wanted.issue, "resource": wanted.resource, "today": _day(at),
    }  # fmt: skip


def _about(
    id: uuid.UUID, at: dt.datetime, consumer: str, provider: str, service: str, outcome: str, grant: uuid.UUID | None,
    user: str, issue: str, resource: str, fields: list[str], purpose: str, items: list[str], basis: str,
    status: int | None, secret_until: dt.date | None,
) -> About:  # fmt: skip
    return About(
        id, at, consumer, provider, service, Outcome(outcome), grant, user, issue, resource, tuple(fields), purpose,
        tuple(items), basis, status, secret_until,
    )  # fmt: skip


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(SHANGHAI).date()
