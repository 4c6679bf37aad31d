"""Witnesses, the logs that this node witnesses, and the daily stamps, held against their acts.

By the former is decided under whose root a signature is checked. How far a log has come that is witnessed is no act: each
signature says it, and its node holds it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

from tongban.foundation.attestation import rules
from tongban.foundation.attestation.models import SeenRow, WitnessRow
from tongban.foundation.ledger.types import Change, Drift
from tongban.foundation.statements import queries as statements

WITNESS, LOG, STAMP = "witness", "watched-log", "day-stamp"
ADDED, ENDED, WATCHED = "attestation.witness_added", "attestation.witness_ended", "attestation.log_watched"
SAID = """
SELECT r.subject_id, r.act, r.at, r.detail FROM ledger_record r LEFT JOIN ledger_link l ON l.record_id = r.id
WHERE r.subject_kind = 'witness' AND r.act = ANY(%s) ORDER BY l.number NULLS LAST, r.at, r.id
"""
STAMPS = """
SELECT coalesce(t.day::text, r.subject_id),
    CASE WHEN t.day IS NULL THEN 'missing' WHEN r.id IS NULL THEN 'inserted' ELSE 'altered' END
FROM attestation_stamp t
FULL JOIN (SELECT * FROM ledger_record WHERE subject_kind = 'day' AND act = 'attestation.day_stamped') r
ON r.subject_id = t.day::text
WHERE t.day IS NULL OR r.id IS NULL
    OR (t.at, t.head_id::text, encode(sha256(t.token), 'hex')) IS DISTINCT FROM (r.at, r.detail->>'size', r.detail->>'token')
ORDER BY 1
"""
Values = dict[str, Any]


def audit_stamps() -> tuple[Drift, ...]:
    """Return the days whose stamp is not as the ledger says."""
    return tuple(Drift(STAMP, day, Change(change)) for day, change in statements.rows(STAMPS, []))


def audit_witnesses() -> tuple[Drift, ...]:
    """Return the witnesses and witnessed logs that are not as the ledger says."""
    witnesses, logs = _said()
    are_witnesses = {row.code: _witness(row) for row in WitnessRow.objects.order_by("code")}
    are_logs = {
        row.log: {"root": rules.fingerprint(bytes(row.certificate))}
        for row in SeenRow.objects.order_by("log")
    }
    return (*_drifts(WITNESS, are_witnesses, witnesses), *_drifts(LOG, are_logs, logs))


def _said() -> tuple[dict[str, Values], dict[str, Values]]:
    """Return what each witness and each log has to be, by their acts in their order."""
    witnesses: dict[str, Values] = {}
    logs: dict[str, Values] = {}
    for code, act, at, text in statements.rows(SAID, [[ADDED, ENDED, WATCHED]]):
        detail = json.loads(text)
        if act == WATCHED:
            logs[code] = {"root": detail.get("root")}
        else:
            witnesses[code] = witnesses.get(code, {"added_at": at}) | _after(act, at, detail)
    return witnesses, logs


def _after(act: str, at: dt.datetime, detail: Mapping[str, Any]) -> Values:
    if act == ENDED:
        return {"ended_at": at}
    return {"name": detail.get("name"), "root": detail.get("root"), "ended_at": None}


def _witness(row: WitnessRow) -> Values:
    return {
        "name": row.name, "root": rules.fingerprint(bytes(row.root)), "added_at": row.added_at, "ended_at": row.ended_at,
    }  # fmt: skip


def _drifts(kind: str, found: Mapping[str, Values], said: Mapping[str, Values]) -> Iterator[Drift]:
    for code in sorted(found.keys() | said.keys()):
        if code not in found:
            yield Drift(kind, code, Change.MISSING)
        elif code not in said:
            yield Drift(kind, code, Change.INSERTED)
        elif found[code] != said[code]:
            yield Drift(kind, code, Change.ALTERED)
