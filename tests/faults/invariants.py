"""What must be true of the database after all the killing, each rule one statement that gives what breaks it.

``acked`` is a temporary table with the receipts that people have seen (key, case, number), ``granted`` one with the
cases that the desk was told are granted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person was told."""

    key: str
    case: str
    number: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule, and what breaks it: the first few, as text."""

    rule: str
    broken: tuple[str, ...]


RULES: dict[str, str] = {
    "every receipt is a case with this number":
        "SELECT a.id FROM acked a LEFT JOIN cases_case c ON c.id = a.id AND c.number = a.number WHERE c.id IS NULL",
    "every key is one case, every case one key":
        "SELECT a.key FROM acked a LEFT JOIN cases_case c ON c.start_key LIKE '%:' || a.key OR c.submission_key LIKE '%:' || a.key"
        " GROUP BY a.key, a.id HAVING count(DISTINCT c.id) <> 1 OR min(c.id::text) <> a.id::text",
    "nothing was begun that nobody finished":
        "SELECT id FROM cases_case WHERE id NOT IN (SELECT id FROM acked)",
    "a number is one case":
        "SELECT number FROM cases_case WHERE number IS NOT NULL GROUP BY number HAVING count(*) > 1",
    "a case handed in has one filing":
        "SELECT c.id FROM cases_case c LEFT JOIN cases_filing f ON f.case_id = c.id WHERE c.number IS NOT NULL"
        " GROUP BY c.id HAVING count(f.id) <> 1",
    "its history is whole, each act once, counted":
        "SELECT c.id FROM cases_case c LEFT JOIN cases_event e ON e.case_id = c.id GROUP BY c.id, c.events_count"
        " HAVING count(*) <> c.events_count OR max(e.number) <> c.events_count OR count(DISTINCT e.act) <> count(*)"
        " OR count(*) FILTER (WHERE e.act = 'submit') <> 1",
    "each act of its history is on the ledger once":
        "SELECT e.case_id, e.act FROM cases_event e LEFT JOIN ledger_record r ON r.subject_kind = 'case'"
        " AND r.subject_id = e.case_id::text AND r.act = 'case.' || e.act GROUP BY 1, 2 HAVING count(DISTINCT r.id) <> 1",
    "each act on the ledger is in its history":
        "SELECT r.id FROM ledger_record r LEFT JOIN cases_event e ON e.case_id::text = r.subject_id AND r.act = 'case.' || e.act"
        " WHERE r.act IN ('case.start', 'case.submit', 'case.accept', 'case.record_decided', 'case.close') AND e.id IS NULL",
    "its event was told once":
        "SELECT c.id FROM cases_case c LEFT JOIN outbox_event o ON o.about = c.id::text AND o.name = 'case.submitted'"
        " GROUP BY c.id HAVING count(o.number) <> 1",
    "nothing was told of what did not happen":
        "SELECT o.number FROM outbox_event o LEFT JOIN cases_case c ON c.id::text = o.about AND c.number IS NOT NULL"
        " WHERE o.name LIKE 'case.%' AND c.id IS NULL",
    "everything due was delivered, without trouble":
        "SELECT number, handler, attempts FROM outbox_delivery WHERE attempts > 0 OR due_at <= now()",
    "the clock of the five days runs for who waits, and for nobody else":
        "SELECT c.id, c.state FROM cases_case c LEFT JOIN outbox_delivery d ON d.timer = 'case:' || c.id || ':completeness'"
        " WHERE (c.state = 'received') <> (d.number IS NOT NULL)",
    "one line at the desk for what waits there":
        "SELECT c.id, c.state FROM cases_case c LEFT JOIN approvals_work w ON w.case_id = c.id AND w.branch_id IS NULL"
        " GROUP BY c.id HAVING count(w.id) <> (c.state = 'received')::int",
    "an accepted case has one letter, one branch, its history and its line":
        "SELECT c.id FROM cases_case c LEFT JOIN cases_paper p ON p.case_id = c.id AND p.kind = 'acceptance'"
        " LEFT JOIN approvals_branch b ON b.round_id = c.id LEFT JOIN approvals_event e ON e.branch_id = b.id AND e.act = 'open'"
        " LEFT JOIN approvals_work w ON w.branch_id = b.id WHERE c.accepted_on IS NOT NULL GROUP BY c.id"
        " HAVING count(DISTINCT p.id) <> 1 OR count(DISTINCT b.id) <> 1 OR count(DISTINCT e.id) <> 1 OR count(DISTINCT w.id) <> 1",
    "no branch without an accepted case":
        "SELECT b.id FROM approvals_branch b LEFT JOIN cases_case c ON c.id = b.round_id WHERE c.accepted_on IS NULL",
    "the clock of the limit runs for open branches, and for no others":
        "SELECT b.id, b.state FROM approvals_branch b LEFT JOIN outbox_delivery d ON d.timer = 'branch:' || b.id || ':limit'"
        " WHERE (b.state = 'open') <> (d.number IS NOT NULL)",
    "what the desk was told is granted, is":
        "SELECT g.id FROM granted g LEFT JOIN cases_case c ON c.id = g.id WHERE c.outcome IS DISTINCT FROM 'granted'",
    "a granted case has one decision, one letter, one message, one licence with its page":
        "SELECT c.id FROM cases_case c LEFT JOIN approvals_branch b ON b.round_id = c.id"
        " LEFT JOIN approvals_decision d ON d.branch_id = b.id LEFT JOIN approvals_letter t ON t.branch_id = b.id"
        " LEFT JOIN messages_message m ON m.\"case\" = c.id AND m.template = 'approvals.granted'"
        " LEFT JOIN licences_licence l ON l.case_id = c.id LEFT JOIN documents_stored s ON s.id = l.document"
        " WHERE c.outcome = 'granted' GROUP BY c.id HAVING count(DISTINCT d.id) <> 1 OR count(DISTINCT t.id) <> 1"
        " OR count(DISTINCT m.id) <> 1 OR count(DISTINCT l.id) <> 1 OR count(DISTINCT s.id) <> 1",
    "nothing is decided by half":
        "SELECT b.id, b.state, c.state FROM approvals_branch b JOIN cases_case c ON c.id = b.round_id"
        " LEFT JOIN approvals_decision d ON d.branch_id = b.id"
        " WHERE (b.state = 'granted') <> (d.id IS NOT NULL) OR (b.state = 'granted') <> (c.outcome = 'granted')",
    "no licence without a decision":
        "SELECT l.id FROM licences_licence l LEFT JOIN approvals_decision d ON d.branch_id = l.branch_id WHERE d.id IS NULL",
    "each way of each message was gone once, or waits for its hour":
        "SELECT d.id, d.state FROM messages_delivery d LEFT JOIN messages_attempt a ON a.delivery_id = d.id"
        " LEFT JOIN outbox_delivery o ON o.timer = 'message:' || d.id GROUP BY d.id"
        " HAVING (d.state, count(a.id), count(o.number)) NOT IN (('sent', 1, 0), ('waiting', 0, 1))",
    "each turn was told once":
        "SELECT c.id, t.said FROM cases_case c JOIN (VALUES ('cases.submitted', 'submit'), ('cases.accepted', 'accept'),"
        " ('cases.closed', 'close')) AS t (said, act) ON EXISTS (SELECT FROM cases_event e WHERE e.case_id = c.id AND e.act = t.act)"
        " LEFT JOIN messages_message m ON m.\"case\" = c.id AND m.template = t.said GROUP BY 1, 2 HAVING count(m.id) <> 1",
    "a message belongs to a case that is there":
        "SELECT m.id FROM messages_message m LEFT JOIN cases_case c ON c.id = m.\"case\" WHERE m.\"case\" IS NOT NULL AND c.number IS NULL",
    "every record of the ledger is linked":
        "SELECT r.id FROM ledger_record r LEFT JOIN ledger_link l ON l.record_id = r.id WHERE l.number IS NULL",
    "every leaf of the ledger is its record's, and none is left out":
        "SELECT number FROM (SELECT l.number, l.leaf, r.digest, row_number() OVER (ORDER BY l.number) AS place"
        " FROM ledger_link l JOIN ledger_record r ON r.id = l.record_id) leaves"
        " WHERE place <> number OR leaf <> sha256('\\x00'::bytea || digest)",
    "each subtree of the ledger that is complete is kept":
        "SELECT 1 FROM (SELECT (SELECT count(*) FROM ledger_subtree WHERE level = 8) AS kept,"
        " (SELECT COALESCE(max(number), 0) / 256 FROM ledger_link) AS complete) counted WHERE kept <> complete",
}  # fmt: skip


def check(address: str, receipts: Iterable[Receipt], granted: Iterable[str]) -> list[Finding]:
    """Return every rule with what breaks it."""
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        return findings(cursor, receipts, granted)


def findings(cursor: Any, receipts: Iterable[Receipt], granted: Iterable[str]) -> list[Finding]:
    """Return every rule with what breaks it, in the cursor's transaction."""
    cursor.execute("CREATE TEMP TABLE acked (key text, id uuid, number text)")
    cursor.execute("CREATE TEMP TABLE granted (id uuid)")
    seen = [(one.key, one.case, one.number) for one in receipts]
    cursor.executemany("INSERT INTO acked VALUES (%s, %s::uuid, %s)", seen)
    cursor.executemany("INSERT INTO granted VALUES (%s::uuid)", [(case,) for case in granted])
    return [Finding(rule, broken(cursor, query)) for rule, query in RULES.items()]


def broken(cursor: Any, query: str) -> tuple[str, ...]:
    """Return what a statement gives, each row as text."""
    cursor.execute(query.replace("%", "%%"), ())
    return tuple(json.dumps(row, default=str) for row in cursor.fetchall())
