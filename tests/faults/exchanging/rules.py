"""What must be true of each node after all the killing, each rule one statement that gives what breaks it.

Temporary tables: ``made`` the numbers (X-Road-Id) of all calls that were sent, ``answered`` those that came back by way
of this node, with the number on record here, the digest of the answer, and how they stand on record here (as authorised,
or as handed on), ``asked`` those that the department's own service of this node was asked.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.faults.exchanging.setting import CONSUMERS, COUNTED
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
OURS = ", ".join(f"'{code}'" for code in CONSUMERS.values())
ASIDE = ("bad-input", "smuggled-")
"""How calls are named that other tests make in the same city."""
RULES: dict[str, str] = {
    "every answered call is on record once, under the number it was told, authorised by its grant or handed on":
        "SELECT a.id FROM answered a LEFT JOIN records r ON r.message_id = a.id GROUP BY a.id, a.number, a.outcome"
        " HAVING count(r.id) <> 1 OR min(r.id::text) <> a.number OR bool_or(r.outcome <> a.outcome)"
        " OR bool_or((r.outcome = '') <> (r.\"grant\" IS NOT NULL))",
    "every record is a call that was made, and each was made once":
        "SELECT r.message_id FROM records r LEFT JOIN made m ON m.id = r.message_id GROUP BY r.message_id"
        " HAVING count(*) <> 1 OR count(m.id) <> 1",
    "every grant is counted to the call":
        "SELECT g.id FROM resources_grant g LEFT JOIN (SELECT \"grant\", count(*) AS calls FROM exchange_record WHERE outcome = ''"
        " GROUP BY 1) r ON r.\"grant\" = g.id LEFT JOIN (SELECT \"grant\", sum(calls) AS calls FROM exchange_meter GROUP BY 1) m"
        f" ON m.\"grant\" = g.id WHERE g.consumer IN ({OURS}) AND coalesce(r.calls, 0) <> coalesce(m.calls, 0)",
    "no answer without its call":
        "SELECT a.record FROM exchange_answer a LEFT JOIN exchange_record r ON r.id = a.record WHERE r.id IS NULL",
    "what is on record as answered is what was answered":
        "SELECT a.id FROM answered a JOIN exchange_answer w ON w.record = a.number::uuid"
        " WHERE encode(w.digest, 'hex') <> a.digest OR w.status <> 200",
    "the department was asked nothing that is not on record as authorised, and nothing twice":
        "SELECT a.id FROM asked a LEFT JOIN records r ON r.message_id = a.id AND r.outcome = '' GROUP BY a.id"
        " HAVING count(*) <> 1 OR count(r.id) <> 1",
    "what its service is said to have answered, the department was asked once":
        "SELECT a.id FROM answered a JOIN records r ON r.message_id = a.id AND r.outcome = '' LEFT JOIN asked k ON k.id = a.id"
        f" WHERE r.service = '{COUNTED}' GROUP BY a.id HAVING count(k.id) <> 1",
    "every record and every answer is sealed once, and nothing else is": SEALED,
    **{rule: ALL[rule] for rule in ALL if "ledger" in rule and "history" not in rule},
}  # fmt: skip
PROVED = "every answered call has its proof in a signed head of the ledger"
TABLES = f"""
CREATE TEMP TABLE made (id text);
CREATE TEMP TABLE answered (id text, number text, digest text, outcome text);
CREATE TEMP TABLE asked (id text);
CREATE TEMP VIEW records AS SELECT * FROM exchange_record WHERE consumer IN ({OURS})
    AND NOT starts_with(message_id, '{ASIDE[0]}') AND NOT starts_with(message_id, '{ASIDE[1]}');
"""


@dataclass
class Seen:
    """What callers and a node's department have seen, of one node."""

    made: list[str] = field(default_factory=list)
    answered: list[tuple[str, str, str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def findings(cursor: Any, seen: Seen) -> list[Finding]:
    """Return every rule with what breaks it, in the cursor's transaction."""
    cursor.execute(TABLES)
    cursor.executemany("INSERT INTO made VALUES (%s)", [(id,) for id in seen.made])
    cursor.executemany("INSERT INTO answered VALUES (%s, %s, %s, %s)", seen.answered)
    cursor.executemany(
        "INSERT INTO asked VALUES (%s)", [(id,) for id in seen.asked if not id.startswith(ASIDE)]
    )
    return [Finding(rule, broken(cursor, query)) for rule, query in RULES.items()]


def unproved(numbers: Iterable[str], seconds: float) -> tuple[str, ...]:
    """Return the calls without a proof that holds, after some seconds for the heads that are still to be signed.

    Runs in a process that works for the node.
    """
    from tongban.datahub.exchange import queries

    deadline, left = time.monotonic() + seconds, list(numbers)
    while True:
        proofs = {number: queries.proof_of(uuid.UUID(number)) for number in left}
        left = [
            number for number, one in proofs.items() if one is None or one.head_size is None or not one.holds
        ]
        if not left or time.monotonic() > deadline:
            return tuple(left)
        time.sleep(0.5)


def is_at_rest(address: str) -> bool:
    """Return whether everything is sealed and linked."""
    with psycopg.connect(address, connect_timeout=5) as connection, connection.cursor() as cursor:
        return not broken(cursor, SEALED) and not broken(cursor, "SELECT * FROM ledger_pending")
