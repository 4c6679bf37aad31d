"""Keys and services held against the ledger: whose key it is and where a service leads is what the gateway goes by."""

from __future__ import annotations

from tongban.datahub.exchange.models import Key
from tongban.datahub.exchange.rules import lasting
from tongban.datahub.exchange.types import CERTIFICATE
from tongban.foundation.http_signatures.queries import key_id
from tongban.foundation.ledger import queries as ledger
from tongban.foundation.ledger.types import Change, Drift
from tongban.foundation.statements import queries as statements

MOST = 1000
LAST = """
    SELECT DISTINCT ON (r.subject_id) r.subject_id, r.act, r.detail, r.at
    FROM ledger_record r LEFT JOIN ledger_link l ON l.record_id = r.id
    WHERE r.subject_kind = '{kind}' AND r.act = ANY(ARRAY[{acts}])
    ORDER BY r.subject_id, l.number DESC NULLS FIRST, r.at DESC, r.id DESC
"""
# One that another node has told of has no act here.
SUBSYSTEMS = f"""
WITH said AS ({LAST.format(kind="subsystem", acts="'exchange.subsystem'")})
SELECT s.subject_id, CASE WHEN p.code IS NULL THEN 'missing' ELSE 'altered' END
FROM said s LEFT JOIN exchange_subsystem p ON p.code = s.subject_id
WHERE p.code IS NULL OR s.detail ? 'name' AND p.name IS DISTINCT FROM s.detail->>'name'
ORDER BY 1 LIMIT %s
"""  # noqa: S608
KEPT_BESIDE = {
    "id": "the act is found by it; it is the digest of the key",
    "public": "the id is its digest",
    "subsystem_id": "the act calls it by another name",
    "valid_from": "the certificate says it",
    "valid_until": "a moment, held as such",
    "registered_at": "a moment, held as such",
    "registered_by": "the act itself says who, by pseudonym; of another node's key it is what that node says",
    "revoked_at": "a moment, held as such",
    "revoked_by": "the act itself says who, by pseudonym; of another node's key it is what that node says",
}
"""Columns of a key that are not held against what its act says under their name, and why; all others are."""
KEYS = f"""
WITH said AS ({LAST.format(kind="exchange-key", acts="'exchange.key_registered', 'exchange.key_learned'")}),
revoked AS ({LAST.format(kind="exchange-key", acts="'exchange.key_revoked'")})
SELECT coalesce(k.id, s.subject_id),
    CASE WHEN k.id IS NULL THEN 'missing' WHEN s.act IS NULL THEN 'inserted' ELSE 'altered' END
FROM exchange_key k FULL JOIN said s ON s.subject_id = k.id LEFT JOIN revoked r ON r.subject_id = k.id
WHERE k.id IS NULL OR s.act IS NULL
    OR (k.subsystem_id::text, k.algorithm::text) IS DISTINCT FROM (s.detail->>'subsystem', s.detail->>'algorithm')
    OR k.algorithm <> 'tls-certificate' AND k.valid_until IS DISTINCT FROM (s.detail->>'valid_until')::timestamptz
        AND (s.detail ? 'valid_until' OR k.valid_until > s.at + interval '731 days')
    OR k.registered_at <> coalesce((s.detail->>'registered_at')::timestamptz, s.at)
        AND (s.act = 'exchange.key_registered' OR s.detail ? 'registered_at')
    OR k.revoked_at IS DISTINCT FROM coalesce((r.detail->>'revoked_at')::timestamptz, r.at)
        AND (r.act IS NOT NULL OR s.act = 'exchange.key_registered')
    OR {ledger.differs("to_jsonb(k)", "s.detail", KEPT_BESIDE)}
ORDER BY 1 LIMIT %s
"""  # noqa: S608 - nothing of anybody else's is put in
SECRECY_BESIDE = {
    "id": "the act is found by it",
    "reason": "each act says its own, and the first that of the row; by the law it is decided",
    "since": "the moment of the first act",
    "ended_on": "the day of the act that lifted it, or past its last day",
}
"""Columns of a secrecy that are not held against what its last act says under their name, and why; all others are."""
SECRECY = f"""
WITH acts AS (
    SELECT r.subject_id, r.act, r.detail, r.at, row_number() OVER newest AS nth, first_value(r.at) OVER oldest AS since
    FROM ledger_record r LEFT JOIN ledger_link l ON l.record_id = r.id
    WHERE r.subject_kind = 'exchange-secrecy'
    WINDOW newest AS (PARTITION BY r.subject_id ORDER BY l.number DESC NULLS FIRST, r.at DESC, r.id DESC),
        oldest AS (PARTITION BY r.subject_id ORDER BY r.at)
), said AS (SELECT * FROM acts WHERE nth = 1)
SELECT coalesce(k.id::text, s.subject_id),
    CASE WHEN k.id IS NULL THEN 'missing' WHEN s.act IS NULL THEN 'inserted' ELSE 'altered' END
FROM exchange_secrecy k FULL JOIN said s ON s.subject_id = k.id::text
WHERE k.id IS NULL OR s.act IS NULL
    OR (k."grant"::text, k.law, k.until::text, k.confirmed_until::text, k.since)
    IS DISTINCT FROM (s.detail->>'grant', s.detail->>'law', s.detail->>'until', s.detail->>'confirmed_until', s.since)
    OR (s.act = 'exchange.secrecy_lifted') AND k.ended_on IS DISTINCT FROM (s.at AT TIME ZONE 'Asia/Shanghai')::date
    OR (s.act <> 'exchange.secrecy_lifted') AND k.ended_on <= k.until
    OR {ledger.differs("to_jsonb(k)", "s.detail", SECRECY_BESIDE)}
ORDER BY 1 LIMIT %s
"""  # noqa: S608
BESIDE = {
    "id": "the act is found by provider and code",
    "provider_id": "the act is found by it",
    "code": "the act is found by it",
    "is_enabled": "the last pause says it, too",
    "personal": "the catalogue says it, too: acts of before services followed it may say what it was then",
}
"""Columns of a service that are not held against the act that published it as it is, and why; all others are."""
PERSONAL = """
    SELECT coalesce(jsonb_agg(field->'code' ORDER BY place), '[]')
    FROM resources_resource r, jsonb_array_elements(r.document->'fields') WITH ORDINALITY listed(field, place)
    WHERE r.code = p.resource AND ((field->>'personal')::boolean OR (field->>'owner')::boolean)
"""
SERVICES = f"""
WITH said AS ({LAST.format(kind="service", acts="'exchange.service_published'")}),
turned AS ({LAST.format(kind="service", acts="'exchange.service_enabled', 'exchange.service_paused', 'exchange.service_published'")})
SELECT coalesce(s.subject_id, p.provider_id || '/' || p.code),
    CASE WHEN p.id IS NULL THEN 'missing' WHEN s.act IS NULL THEN 'inserted' ELSE 'altered' END
FROM (SELECT * FROM exchange_service WHERE kind <> 'node') p
FULL JOIN said s ON s.subject_id = p.provider_id || '/' || p.code
LEFT JOIN turned t ON t.subject_id = s.subject_id
WHERE p.id IS NULL OR s.act IS NULL
    OR (p.kind::text, p.target, p.resource::text, to_jsonb(p.parameters), p.subject::text, p.database::text, p.version::text)
    IS DISTINCT FROM (s.detail->>'kind', s.detail->>'target', s.detail->>'resource', s.detail->'parameters',
        s.detail->>'subject', s.detail->>'database', s.detail->>'version')
    OR {ledger.differs("to_jsonb(p)", "s.detail", BESIDE)}
    OR s.detail ? 'personal' AND to_jsonb(p.personal) NOT IN (s.detail->'personal', ({PERSONAL}))
    OR p.is_enabled = (t.act = 'exchange.service_paused')
ORDER BY 1 LIMIT %s
"""  # noqa: S608


def audit_registered() -> tuple[Drift, ...]:
    """Return the subsystems, keys, services and secrecies that are not as the ledger says, the first thousand of each."""
    found = [Drift("subsystem", id, Change(change)) for id, change in statements.rows(SUBSYSTEMS, [MOST])]
    found += [Drift("exchange-key", id, Change(change)) for id, change in statements.rows(KEYS, [MOST])]
    found += [
        Drift("exchange-key", row.id, Change.ALTERED) for row in Key.objects.iterator() if not _is_whole(row)
    ]
    found += [Drift("service", id, Change(change)) for id, change in statements.rows(SERVICES, [MOST])]
    found += [
        Drift("exchange-secrecy", id, Change(change)) for id, change in statements.rows(SECRECY, [MOST])
    ]
    return tuple(dict.fromkeys(found))


def _is_whole(row: Key) -> bool:
    """Return whether a key is the one of its id, and a certificate counts when it says itself."""
    if key_id(bytes(row.public)) != row.id:
        return False
    if row.algorithm != CERTIFICATE:
        return True
    return lasting.dates_of(bytes(row.public)) == {
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }
