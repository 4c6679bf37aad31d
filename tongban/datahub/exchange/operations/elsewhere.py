"""Keeping what another node has told about somebody, for their account. What was told once stays, whatever it says later."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Collection

from django.db import transaction

from tongban.datahub.exchange.models import Heard
from tongban.datahub.exchange.queries.about import digest_of
from tongban.datahub.exchange.types import Noted
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.statements import operations as statements
from tongban.kernel.types import Actor, Subject

KEPT_DAYS = 3 * 366
"""As far as an account goes back (个人信息保护法 56)."""
TOLD = """json_to_recordset(%(rows)s::json) AS told (id uuid, at timestamptz, signed_at timestamptz, key text, nonce text,
    consumer text, provider text, service text, outcome text, "grant" uuid, "user" text, issue text, status smallint,
    is_named boolean)"""
# It is this node's own call, handed on, when the same signature stands on its record for the same service.
# To whom an answer only named, the case is another's, and may be who operated the call: neither is kept, whatever a node tells.
KEEP = f"""
INSERT INTO exchange_elsewhere (node, id, subject, signed_at, at, consumer, provider, service, outcome, "grant", "user", issue,
    status, here, is_named)
SELECT %(node)s, told.id, %(subject)s, told.signed_at, told.at, told.consumer, told.provider, told.service, told.outcome,
    told."grant", CASE WHEN told.is_named THEN '' ELSE told."user" END,
    CASE WHEN told.is_named THEN '' ELSE told.issue END, told.status, r.id, told.is_named
FROM {TOLD}
LEFT JOIN exchange_key k ON k.id = told.key
LEFT JOIN exchange_record r ON r.signed_at = told.signed_at AND r.key = k.number AND r.nonce = told.nonce
    AND r.outcome = 'Relayed' AND r.subject = %(subject)s
    AND (r.consumer, r.provider, r.service) = (told.consumer, told.provider, told.service)
ON CONFLICT DO NOTHING
"""  # noqa: S608 - of constants
ANSWERED = f"""
UPDATE exchange_elsewhere e SET status = told.status FROM {TOLD}
WHERE e.node = %(node)s AND e.id = told.id AND e.subject = %(subject)s AND e.status IS NULL AND told.status IS NOT NULL
"""  # noqa: S608 - of constants
FORGET = "DELETE FROM exchange_elsewhere WHERE subject = %(subject)s AND at < %(oldest)s"


@transaction.atomic
def keep_noted(
    *, node: str, identifier: str, noted: Collection[Noted], is_all: bool = True, by: Actor, at: dt.datetime
) -> int:
    """Keep what a node has told about a person or company, and that it was heard of them; return how much of it was new.

    What is new is on record, by the node that has told it. ``is_all`` is false for what it told of a part of the account
    only: it was not heard by that.
    """
    subject = digest_of(identifier)
    rows = json.dumps([dataclasses.asdict(one) for one in noted], default=str)
    values = {"node": node, "subject": subject, "rows": rows, "oldest": at - dt.timedelta(days=KEPT_DAYS)}
    new = statements.run(KEEP, values) if noted else 0
    if len(noted) > new:
        statements.run(ANSWERED, values)
    statements.run(FORGET, values)
    if new:
        about = Subject("data-subject", subject.hex())
        ledger.record(act="exchange.told_elsewhere", subject=about, by=by, at=at, detail={"count": new})
    if is_all:
        Heard.objects.update_or_create(subject=subject, node=node, defaults={"at": at})
    return new
