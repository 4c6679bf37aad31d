"""What was asked about one person or company: for that person, so without what the law still keeps from them.

Nothing here tells that something is kept: an exchange under a secret grant is neither listed nor counted, and a
refused call by the same consumer to the same service goes with it. It comes to light on the day after the secrecy ends.

Records lie in partitions by the month in which they were signed, each with an index by subject and moment. A signature is
accepted for minutes only (``protocol.POLICY``), so a period of ``at`` names the partitions that can have it: what is
asked for page by page goes back in steps, and reads no month before the last one it needs (migration 0008).
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict

from tongban.datahub.exchange import derived
from tongban.datahub.exchange.types import About, AboutWanted, Committed, Outcome, Tally
from tongban.foundation.statements import queries as statements
from tongban.foundation.trust import queries as trust
from tongban.kernel.clock import SHANGHAI

PURPOSE = "exchange.subject"
KEY = """
SELECT f.*, k.id FROM {} f LEFT JOIN LATERAL (
    SELECT r.key FROM exchange_record r WHERE r.id = f.id AND f.node = '' AND f."user" <> ''
        AND r.signed_at >= f.at - interval '1 hour' AND r.signed_at < f.at + interval '1 hour' LIMIT 1) r ON true
LEFT JOIN exchange_key k ON k.number = r.key
"""
LIST = (
    KEY.format("""exchange_about(%(subject)s::bytea, %(since)s, %(until)s, %(refused)s, %(issue)s, %(resource)s,
    %(before)s, %(before_id)s, %(today)s, %(limit)s)""")
    + "ORDER BY f.at DESC, f.id DESC"
)
ONE = KEY.format("exchange_one_about(%(subject)s::bytea, %(id)s, %(today)s)")
# As the functions have it (migration 0010).
HIDDEN = """
NOT EXISTS (
    SELECT FROM exchange_secrecy s
    WHERE s.ended_on IS NULL AND s.until >= %(today)s::date AND s.since <= r.at AND (s."grant" = r."grant"
        OR (r."grant" IS NULL AND s.consumer = r.consumer AND s.provider = r.provider AND s.service = r.service)))
"""
WITHIN = "r.subject = %(subject)s::bytea AND r.at >= %(since)s AND r.at < %(until)s"
# Each answer is reached by its call: joined otherwise, the answers of whole months would be read.
FAILED = f"""
SELECT r.at, r.consumer, r.provider, r.service, r.issue FROM exchange_record r
LEFT JOIN LATERAL (
    SELECT e.outcome, e.status, e."grant" FROM exchange_elsewhere e WHERE r.outcome = 'Relayed' AND e.here = r.id OFFSET 0
) e ON true
LEFT JOIN LATERAL (
    SELECT a.status FROM exchange_answer a WHERE a.record = r.id AND a.at = r.at OFFSET 0
) a ON true
WHERE {WITHIN} AND r.signed_at >= %(since)s::timestamptz - interval '1 hour'
    AND r.signed_at < %(until)s::timestamptz + interval '1 hour' AND coalesce(e.outcome, r.outcome) IN ('', 'Relayed')
    AND coalesce(a.status, e.status) NOT BETWEEN 200 AND 299
    AND {HIDDEN.replace('r."grant"', 'coalesce(r."grant", e."grant")')}
UNION ALL
SELECT r.at, r.consumer, r.provider, r.service, r.issue FROM exchange_elsewhere r
WHERE {WITHIN} AND r.here IS NULL AND r.outcome = '' AND r.status NOT BETWEEN 200 AND 299 AND {HIDDEN}
"""  # noqa: S608 - of constants
# The function counts what was asked; which of it gave no data is counted beside it, in the same statement.
TALLY = f"""
SELECT t.*, coalesce(n.failed, 0) FROM exchange_tally(%(subject)s::bytea, %(since)s, %(until)s, %(today)s) t
LEFT JOIN (
    SELECT (f.at AT TIME ZONE 'Asia/Shanghai')::date AS day, f.consumer, coalesce(p.resource, '') AS resource, f.issue,
        count(*) AS failed
    FROM ({FAILED}) f LEFT JOIN exchange_service p ON p.provider_id = f.provider AND p.code = f.service
    GROUP BY 1, 2, 3, 4
) n ON NOT t.is_refused AND (n.day, n.consumer, n.resource, n.issue) = (t.day, t.consumer, t.resource, t.issue)
"""  # noqa: S608 - of constants
NEW = f"""
SELECT r.subject, r.id, r.consumer FROM exchange_record r
WHERE r.signed_at >= %(since)s::timestamptz - interval '1 hour' AND r.at >= %(since)s
    AND r.xact > %(after)s AND r.xact <= %(upto)s
    AND r.outcome IN ('', 'Relayed') AND r.subject = ANY(%(subjects)s) AND {HIDDEN}
    AND coalesce((SELECT a.status FROM exchange_answer a WHERE a.record = r.id AND a.at = r.at), 200) BETWEEN 200 AND 299
UNION ALL
SELECT m.subject, r.id, r.consumer FROM exchange_named m CROSS JOIN LATERAL (
    SELECT * FROM exchange_record o WHERE o.id = m.record
        AND o.signed_at >= m.at - interval '1 hour' AND o.signed_at < m.at + interval '1 hour' LIMIT 1) r
WHERE m.at >= %(since)s AND m.xact > %(after)s AND m.xact <= %(upto)s AND m.subject = ANY(%(subjects)s) AND {HIDDEN}
ORDER BY 2
"""  # noqa: S608 - of constants


def digest_of(identifier: str) -> bytes:
    """Return the keyed digest by which what was asked about somebody is found."""
    return bytes.fromhex(trust.blind_index(PURPOSE, identifier))


def readings_about(subject: bytes, wanted: AboutWanted, *, at: dt.datetime) -> tuple[About, ...]:
    """Return what was asked about a subject in a period, refused calls too, newest first, at most ``wanted.limit``."""
    before = wanted.before or (None, None)
    values = _values(subject, wanted, at) | {
        "before": before[0], "before_id": before[1], "refused": wanted.refused, "issue": wanted.issue,
        "resource": wanted.resource, "limit": wanted.limit,
    }  # fmt: skip
    return tuple(_about(*row) for row in statements.rows(LIST, values))


def find_about(subject: bytes, id: uuid.UUID, *, at: dt.datetime) -> About | None:
    """Return one exchange if it was about this subject and may be seen by them."""
    row = statements.one(ONE, {"id": id, "subject": subject, "today": _day(at)})
    return _about(*row) if row else None


def tally_about(subject: bytes, wanted: AboutWanted, *, at: dt.datetime) -> tuple[Tally, ...]:
    """Return how often what was asked about a subject in a period: by day, consumer, resource, case."""
    return tuple(Tally(*row) for row in statements.rows(TALLY, _values(subject, wanted, at)))


def new_about(
    subjects: list[bytes], news: Committed, *, at: dt.datetime
) -> tuple[tuple[bytes, uuid.UUID, str], ...]:
    """Return (subject, exchange, consumer) of the authorised calls about any of these that have come on record.

    Without those of which it is known by now that they gave nothing; what has no answer yet is among them.
    """
    values = {"subjects": subjects, "today": _day(at), **asdict(news)}
    return tuple((bytes(subject), *rest) for subject, *rest in statements.rows(NEW, values))


def _values(subject: bytes, wanted: AboutWanted, at: dt.datetime) -> dict[str, object]:
    return {"subject": subject, "since": wanted.since, "until": wanted.until, "today": _day(at)}


def _about(
    id: uuid.UUID, at: dt.datetime, consumer: str, provider: str, service: str, outcome: str, grant: uuid.UUID | None,
    user: str, issue: str, resource: str, fields: list[str], purpose: str, items: list[str], basis: str,
    status: int | None, secret_until: dt.date | None, node: str, is_named: bool, key: str | None,
) -> About:  # fmt: skip
    # By the key, for a caller may say anything of itself.
    is_by_rule = key is not None and key == derived.id_of(derived.private_of(consumer, at))
    return About(
        id, at, consumer, provider, service, Outcome(outcome), grant, user, issue, resource, tuple(fields), purpose,
        tuple(items), basis, status, secret_until, node, is_named, is_by_rule,
    )  # fmt: skip


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(SHANGHAI).date()
