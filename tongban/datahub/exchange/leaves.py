"""What the database says of a row that is sealed: its frame's digest and its content's, computed where the rows lie.

``rules.sealing`` says the same in Python, for who has no database; a test holds the two together.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from tongban.datahub.exchange.types import Kind
from tongban.foundation.trust import queries as trust

SALT = "exchange.seal"
MICROS = "(extract(epoch FROM {}) * 1000000)::bigint"
FRAMES = {
    Kind.CALL: ("id", MICROS.format("signed_at"), MICROS.format("at"), "key", "nonce", "consumer", "provider", "service",
                "outcome", '"grant"'),
    Kind.ANSWER: ("record", MICROS.format("at"), "status", "size", "micros", "problem"),
    Kind.NAMED: ("id", "record", MICROS.format("at")),
}  # fmt: skip
CONTENTS = {
    Kind.CALL: ("message_id", '"user"', "issue", "encode(subject, 'hex')", "encode(sha256(signed), 'hex')",
                "encode(signature, 'hex')"),
    Kind.ANSWER: ("encode(digest, 'hex')",),
    Kind.NAMED: ("encode(subject, 'hex')",),
}  # fmt: skip
TABLES = {Kind.CALL: "exchange_record", Kind.ANSWER: "exchange_answer", Kind.NAMED: "exchange_named"}
IDS = {Kind.CALL: "id", Kind.ANSWER: "record", Kind.NAMED: "id"}
EXCHANGES = {Kind.CALL: "id", Kind.ANSWER: "record", Kind.NAMED: "record"}
"""Which exchange a row is of."""
# A row whose content was purged holds what the content was committed to; no ciphertext is that short, no digest that long.
PURGED = {
    Kind.CALL: "octet_length(signed) = 32",
    Kind.ANSWER: "octet_length(digest) <> 32",
    Kind.NAMED: "octet_length(subject) <> 32",
}
COMMITTED = {Kind.CALL: "signed", Kind.ANSWER: "substr(digest, 2)", Kind.NAMED: "substr(subject, 2)"}


def _digest(values: Sequence[str]) -> str:
    return f"sha256(convert_to(json_build_array({', '.join(values)})::text, 'UTF8'))"


def said(kind: Kind) -> str:
    """Return the SQL that says of a row what ``rules.sealing.leaf_of`` wants to know."""
    frame = _digest([f"'exchange-{kind.value}-1'", *FRAMES[kind]])
    return (
        f"CASE WHEN {PURGED[kind]} THEN '\\x01'::bytea || {frame} || {COMMITTED[kind]}"
        f" ELSE '\\x00'::bytea || {frame} || {_digest(CONTENTS[kind])} END"
    )


def _next(kind: Kind) -> str:
    """Return the SQL that gives the rows behind one up to another, so many at most, in batches of a size."""
    id, table = IDS[kind], TABLES[kind]
    # Constants of this module only.
    return f"""
SELECT count(*), (array_agg(xact ORDER BY place DESC))[1], (array_agg(id ORDER BY place DESC))[1],
    string_agg(uuid_send(id), ''::bytea ORDER BY place), string_agg(said, ''::bytea ORDER BY place)
FROM (
    SELECT xact, {id} AS id, {said(kind)} AS said, row_number() OVER (ORDER BY xact, {id}) - 1 AS place
    FROM (
        SELECT * FROM {table} WHERE (xact, {id}) > (%(xact)s::bigint, %(id)s::uuid)
            AND (xact, {id}) <= (%(last_xact)s::bigint, %(last_id)s::uuid)
        ORDER BY xact, {id} LIMIT %(most)s
    ) waiting
) placed GROUP BY place / %(size)s ORDER BY place / %(size)s
"""  # noqa: S608


NEXT = {kind: _next(kind) for kind in Kind}
# By the index in its order, however much waits: without statistics of what has just come, PostgreSQL would rather sort it all.
BY_INDEX = "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)"
OF_ID = {kind: f"SELECT xact, {said(kind)} FROM {TABLES[kind]} WHERE {IDS[kind]} = %s" for kind in Kind}  # noqa: S608


AFTER = {
    kind: f"SELECT count(*) FROM {TABLES[kind]} WHERE (xact, {IDS[kind]}) > (%s::bigint, %s::uuid)"  # noqa: S608
    for kind in Kind
}
LATER = {
    kind: f"SELECT {IDS[kind]} FROM {TABLES[kind]} WHERE {IDS[kind]} = ANY(%s::uuid[]) AND at >= %s"  # noqa: S608
    for kind in Kind
}
BEGIN = (-(1 << 63), uuid.UUID(int=0))
"""Before every row: transaction and id."""


def key() -> bytes:
    """Return the key of all salts; it never changes."""
    return bytes.fromhex(trust.keyed_digest(SALT, b"salts"))


def _row(kind: Kind) -> str:
    frame, content = ", ".join(FRAMES[kind]), ", ".join(CONTENTS[kind])
    return (
        f"SELECT json_build_array({frame})::text, json_build_array({content})::text, {PURGED[kind]}"  # noqa: S608
        f" FROM {TABLES[kind]} WHERE {IDS[kind]} = %s"
    )


ROW = {kind: _row(kind) for kind in Kind}
"""A row's frame and content as JSON, and whether the content is gone."""
