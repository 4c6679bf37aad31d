"""Signed calls upon a feed, each on record with what it did, before it is answered; the same signature is of use once.

What is refused for want of a grant is on record too.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from django.db import connection, transaction

from tongban.datahub.exchange import operations as exchange
from tongban.datahub.exchange.queries import Signer
from tongban.datahub.resources.types import Grant
from tongban.datahub.subscriptions import grants
from tongban.datahub.subscriptions.errors import (
    CallReplayed,
    FileNeedsAllFields,
    GrantUsedUp,
    KeyNotGranted,
    NoGrant,
)
from tongban.datahub.subscriptions.types import Feed
from tongban.foundation.ledger import operations as ledger
from tongban.foundation.statements import operations as writing
from tongban.foundation.trust import operations as trust
from tongban.kernel.ids import new_id
from tongban.kernel.law import law
from tongban.kernel.types import Actor, Subject

SIGNED = "exchange.signed"
NOTE = """
INSERT INTO subscriptions_call (id, signed_at, at, key, nonce, client, act, feed, "grant", fields, file, first, last, count,
    signed, signature)
VALUES (%s, to_timestamp(%s), %s, %s, %s, %s, %s, %s, %s, %s::text[], %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


REFUSED = (NoGrant, KeyNotGranted, FileNeedsAllFields)
Check = Callable[[Feed, Collection[str]], None]


@dataclass(frozen=True, slots=True)
class Done:
    """What a call did: ``first`` to ``last`` are positions, or bytes of a file, ``count`` how many; which fields it gave."""

    act: str
    feed: Feed
    first: int = 0
    last: int = 0
    count: int = 0
    grant: uuid.UUID | None = None
    file: uuid.UUID | None = None
    fields: tuple[str, ...] = ()
    why: str = ""


@law(
    "feed-refusal-recorded",
    basis="数据安全法 27；个人信息保护法 54",
    says="Whoever asks for changes or files without a grant for them is refused, and that they asked is on record",
)
def granted(done: Done, check: Check, signer: Signer, by: Actor, at: dt.datetime) -> Grant:
    """Return the grant by which a caller may do something; ``check`` is what its fields have to be.

    Raises NoGrant, or what ``check`` raises, once it is on record that this was asked for; CallReplayed.
    """
    try:
        grant = grants.grant_for(done.feed, signer.subsystem, None, at)
        check(done.feed, grant.fields)
    except REFUSED as why:
        note_call(signer, _refused(done, why.code), by, at)
        raise
    return grant


@law(
    "feed-use-counted",
    basis="上海市数据条例 39、40",
    says="Whoever fetches changes or files uses the grant as by a call: it counts under the day's limit, refused beyond it. "
    "What is told as it happens, once, does not count; what is told again does, and waits beyond the limit",
)
def note_use(signer: Signer, done: Done, grant: Grant, by: Actor, at: dt.datetime) -> None:
    """Put on record, and count under its grant, that something is fetched.

    Raises GrantUsedUp, once that is on record, or CallReplayed.
    """
    with transaction.atomic():
        note_call(signer, replace(done, grant=grant.id), by, at)
        if exchange.use_grant(grant=grant.id, at=at):
            return
        transaction.set_rollback(True)
    why = GrantUsedUp()
    note_call(signer, _refused(done, why.code), by, at)
    raise why


def _refused(done: Done, why: str) -> Done:
    return replace(done, act=f"{done.act}_refused", first=0, last=0, count=0, fields=(), why=why)


def note_call(signer: Signer, done: Done, by: Actor, at: dt.datetime) -> uuid.UUID:
    """Put a verified call on record and return its number. Raises CallReplayed."""
    id = new_id()
    values = (
        id, signer.signed.created, at, signer.key, signer.signed.nonce, signer.subsystem, done.act, done.feed.id, done.grant,
        list(done.fields) or None, done.file, done.first, done.last, done.count, trust.encrypt(SIGNED, signer.base), signer.signed.value,
    )  # fmt: skip
    detail = {
        "feed": f"{done.feed.provider}/{done.feed.code}", "client": signer.subsystem, "first": done.first,
        "last": done.last, "count": done.count, "grant": str(done.grant or ""), "file": str(done.file or ""),
        **({"fields": list(done.fields)} if done.fields else {}), **({"why": done.why} if done.why else {}),
    }  # fmt: skip
    with transaction.atomic():
        if not writing.run(NOTE, values):
            raise CallReplayed
        ledger.record(
            act=f"feed.{done.act}", subject=Subject("feed-call", str(id)), by=by, at=at, detail=detail
        )
    return id


@transaction.atomic
def make_months(*, ahead: int = 13, by: Actor, at: dt.datetime) -> int:
    """Make the partitions of this month and the next ones that are missing; return how many months were made."""
    made = 0
    with connection.cursor() as cursor:
        for months in range(ahead + 1):
            cursor.execute(
                "SELECT subscriptions_make_month((date_trunc('month', %s::timestamptz) + make_interval(months => %s))::date)",
                [at, months],
            )
            made += bool(cursor.fetchone()[0])
    return made
