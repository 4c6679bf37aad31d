"""What must be true of the exchange after all the killing, each rule one statement that gives what breaks it.

Temporary tables: ``made`` the numbers (X-Road-Id) of all calls that were sent, ``answered`` those that came back with
number on record and digest of the answer, ``asked`` those that the department's own service was asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg

from tests.faults.exchanging.setting import CONSUMER
from tests.faults.invariants import RULES as ALL
from tests.faults.invariants import Finding, broken

SEALED = """
WITH sealed AS (
    SELECT kind, encode(substring(ids FROM 1 + 16 * place FOR 16), 'hex')::uuid AS id
    FROM exchange_batch, generate_series(0, octet_length(ids) / 16 - 1) AS place
), there AS (
    SELECT 'call' AS kind, id FROM exchange_record UNION ALL SELECT 'answer', record FROM exchange_answer
)
SELECT kind, id, count(sealed.id) FROM there LEFT JOIN sealed USING (kind, id) GROUP BY kind, id HAVING count(sealed.id) <> 1
UNION ALL SELECT kind, id, 0 FROM sealed WHERE NOT EXISTS (SELECT FROM there WHERE (there.kind, there.id) = (sealed.kind, sealed.id))
"""
RULES: dict[str, str] = {
    "every answered call is on record once, under the number it was told, with its grant":
        "SELECT a.id FROM answered a LEFT JOIN records r ON r.message_id = a.id GROUP BY a.id, a.number HAVING count(r.id) <> 1"
        " OR min(r.id::text) <> a.number OR bool_or(r.outcome <> '') OR bool_or(r.\"grant\" IS NULL)",
    "every record is a call that was made, and each was made once":
        "SELECT r.message_id FROM records r LEFT JOIN made m ON m.id = r.message_id GROUP BY r.message_id"
        " HAVING count(*) <> 1 OR count(m.id) <> 1",
    "every grant is counted to the call":
        "SELECT g.id FROM resources_grant g LEFT JOIN (SELECT \"grant\", count(*) AS calls FROM records WHERE outcome = ''"
        " GROUP BY 1) r ON r.\"grant\" = g.id LEFT JOIN (SELECT \"grant\", sum(calls) AS calls FROM exchange_meter GROUP BY 1) m"
        f" ON m.\"grant\" = g.id WHERE g.consumer = '{CONSUMER}' AND coalesce(r.calls, 0) <> coalesce(m.calls, 0)",
    "no answer without its call":
        "SELECT a.record FROM exchange_answer a LEFT JOIN exchange_record r ON r.id = a.record WHERE r.id IS NULL",
    "what is on record as answered is what was answered":
        "SELECT a.id FROM answered a JOIN exchange_answer w ON w.record = a.number::uuid"
        " WHERE encode(w.digest, 'hex') <> a.digest OR w.status <> 200",
    "the department was asked nothing that is not on record as authorised, and nothing twice":
        "SELECT a.id FROM asked a LEFT JOIN records r ON r.message_id = a.id AND r.outcome = '' GROUP BY a.id"
        " HAVING count(*) <> 1 OR count(r.id) <> 1",
    "every record and every answer is sealed once, and nothing else is": SEALED,
    **{rule: ALL[rule] for rule in ALL if "ledger" in rule and "history" not in rule},
}  # fmt: skip
TABLES = f"""
CREATE TEMP TABLE made (id text);
CREATE TEMP TABLE answered (id text, number text, digest text);
CREATE TEMP TABLE asked (id text);
CREATE TEMP VIEW records AS SELECT * FROM exchange_record WHERE consumer = '{CONSUMER}';
"""


def findings(
    cursor: Any, made: Iterable[str], answered: Iterable[tuple[str, str, str]], asked: Iterable[str]
) -> list[Finding]:
    """Return every rule with what breaks it, in the cursor's transaction."""
    cursor.execute(TABLES)
    cursor.executemany("INSERT INTO made VALUES (%s)", [(id,) for id in made])
    cursor.executemany("INSERT INTO answered VALUES (%s, %s, %s)", list(answered))
    cursor.executemany("INSERT INTO asked VALUES (%s)", [(id,) for id in asked])
    return [Finding(rule, broken(cursor, query)) for rule, query in RULES.items()]


def is_at_rest(address: str) -> bool:
    """Return whether everything is sealed and linked."""
    with psycopg.connect(address, connect_timeout=5) as connection, connection.cursor() as cursor:
        return not broken(cursor, SEALED) and not broken(cursor, "SELECT * FROM ledger_pending")
