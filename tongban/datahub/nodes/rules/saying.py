"""What nodes say to each other, by shape: requests, answers, and the things that the directory tells of. Pure data."""

from __future__ import annotations

from tongban.datahub.nodes.rules.shapes import (
    Shape,
    as_said,
    based,
    by_name,
    day,
    digest,
    each,
    every,
    free,
    id,
    members,
    moment,
    nothing_or,
    one_of,
    seconds,
    text,
    truth,
    whole,
)
from tongban.datahub.nodes.types import Kind

MOST_CHANGES = 500
MOST_ASKED = 200
MOST_USES = 200_000
MOST_ROWS = 1000
MOST_OF_A_KIND = 10_000
SMALL = 2**31 - 1
MOMENT, DAY = as_said(moment), as_said(day)
PERHAPS = nothing_or(MOMENT, "")
"""A moment; empty where there was none."""
CODE, NAMES = text(200), every(text(80), 1000)
MILLISECONDS = whole(0, 2**43)
IDENTIFIER = text(200, least=1)

CHANGE = each(whole(1), one_of([kind.value for kind in Kind]), text(300, least=1), text(40), free)
"""Position, kind, code, origin, document."""

HEAD = members({
    "size": whole(), "root": as_said(digest), "at": MILLISECONDS, "suite": text(40), "signature": as_said(based(5000)),
    "certificate": as_said(based(5000)),
})  # fmt: skip
GROWTH = members({"head": HEAD, "since": whole(), "path": every(as_said(digest), 200)})
COSIGNATURE = members({
    "at": MILLISECONDS, "suite": text(40), "signature": as_said(based(5000)), "certificate": as_said(based(5000)),
})  # fmt: skip
CALL = members({
    "id": id, "at": moment, "signed_at": moment, "key": text(43), "nonce": text(64), "consumer": CODE, "provider": CODE,
    "service": text(100), "outcome": text(40), "grant": nothing_or(id, ""), "user": CODE, "issue": CODE,
    "status": nothing_or(whole(100, 599)),
}, is_named=truth)  # fmt: skip

REQUESTS: dict[str, Shape] = {
    "sync": members({"after": whole(), "says": every(CHANGE, MOST_CHANGES)}),
    "witness": members({"since": whole()}, size=whole(), made=nothing_or(COSIGNATURE)),
    "account": members({"identifier": IDENTIFIER, "since": moment, "before": nothing_or(each(moment, id))}),
    "proof": members({"identifier": IDENTIFIER, "id": id}),
    "evidence": members({"identifier": IDENTIFIER, "id": id}),
    "news": members({"identifiers": every(IDENTIFIER, MOST_ASKED), "since": moment}),
    "uses": members({"since": moment, "until": moment}),
}
ANSWERS: dict[str, Shape] = {
    "sync": members({
        "changes": every(CHANGE, MOST_CHANGES), "until": whole(), "more": truth, "accepted": whole(), "before": whole(),
        "latest": whole(),
    }),
    "witness": members(
        {"growth": nothing_or(GROWTH)}, seen=nothing_or(by_name(each(whole(), digest), MOST_OF_A_KIND))
    ),
    "account": members({"rows": every(CALL, MOST_ROWS), "more": truth}),
    "proof": members({"proof": nothing_or(free)}),
    "evidence": members({"container": based(100_000_000)}),
    "news": members({"news": by_name(every(CALL, MOST_ROWS), MOST_ASKED)}),
    "uses": members({"uses": every(each(id, CODE, CODE, whole(1, SMALL), id), MOST_USES)}),
}  # fmt: skip
DOCUMENTS: dict[str, Shape] = {
    Kind.NODE.value: members({
        "name": text(100), "address": text(200), "authorities": every(CODE, 100), "public": as_said(based(65)),
        "root": as_said(based(2000)), "members": NAMES, "is_active": truth,
    }),
    Kind.SUBSYSTEM.value: members({"name": text(300), "registered_at": MOMENT}),
    Kind.KEY.value: members({
        "subsystem": CODE, "algorithm": text(40), "public": as_said(based(20_000)), "registered_at": MOMENT,
        "registered_by": text(240), "revoked_at": PERHAPS, "revoked_by": text(240),
    }, valid_until=PERHAPS),
    Kind.SERVICE.value: members({
        "version": whole(1, SMALL), "resource": text(80), "parameters": every(text(80), 100), "subject": text(80),
        "seconds": seconds, "most_bytes": whole(0, 100_000_000), "is_enabled": truth,
    }),
    Kind.RESOURCE.value: members({
        "document": free, "digest": text(64), "position": whole(0, SMALL), "is_current": truth, "name": text(300),
        "department": text(80), "system": text(80), "theme": text(80), "sharing": text(20), "opening": text(20),
        "level": whole(1, 4),
    }),
    Kind.GRANT.value: members({
        "consumer": CODE, "provider": CODE, "service": text(80), "resource": text(80), "purpose": text(300),
        "material": text(80), "basis": text(100_000), "per_day": whole(1, SMALL), "state": text(10),
        "why_ended": text(100_000), "fields": NAMES, "items": NAMES, "valid_from": DAY, "until": DAY, "ended_at": PERHAPS,
        "request": members({"id": as_said(id), "department": text(80), "stated_at": MOMENT, "answered_at": MOMENT}),
    }),
}  # fmt: skip
