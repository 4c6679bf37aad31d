"""What the districts' nodes have on record about somebody: asked for when they open their account, and kept with it."""

from __future__ import annotations

import dataclasses
import datetime as dt

from tongban.datahub.nodes import operations as nodes
from tongban.datahub.nodes.errors import NodeSilent
from tongban.foundation.identity import queries as identity
from tongban.foundation.ledger import operations as ledger
from tongban.kernel.types import Actor, Subject
from tongban.services.disclosures.queries.districts import districts, is_behind
from tongban.services.disclosures.reach import opened
from tongban.services.disclosures.rules.merging import moments_of
from tongban.services.disclosures.types import Period, Proved, Reading


def ask_districts(*, subject: Subject, by: Actor, at: dt.datetime) -> int:
    """Ask the districts' nodes who read somebody's data there, at most once a minute; return how much was new.

    ``queries.districts`` says of each whether it was heard. Raises ReadingNotThere for another's account.
    """
    scope = opened(subject, by=by, at=at)
    behind = [one.code for one in districts(scope) if is_behind(one, at)]
    if not behind:
        return 0
    since, _ = moments_of(Period.ALL, at)
    found = nodes.ask_accounts(nodes=behind, identifier=identifier_of(subject), since=since, at=at)
    silent = [one.node for one in found if not one.is_reached]
    detail = {"nodes": len(found), "silent": silent}
    ledger.record(act="disclosures.districts_asked", subject=subject, by=by, at=at, detail=detail)
    return sum(one.new for one in found)


def prove_elsewhere(*, subject: Subject, reading: Reading) -> Proved:
    """Return the proof of a reading that stands in a district's ledger, shown by its node and computed anew here.

    A node that is silent now is said so in the proof.
    """
    nothing = Proved(reading, "", None, None, "", None, (), None, holds=True)
    try:
        found = nodes.ask_proof(node=reading.node, id=reading.id, identifier=identifier_of(subject))
    except NodeSilent:
        return dataclasses.replace(nothing, is_reached=False)
    if found is None:
        return nothing
    return Proved(
        reading, found.leaf.hex(), found.number, found.head_size, found.head_root.hex(), found.head_at,
        ("ledger", *found.signers), found.stamped_on, found.holds,
    )  # fmt: skip


def identifier_of(subject: Subject) -> str:
    """Return the number by which the exchange asks about somebody."""
    known = identity.identifiers_of(subject)
    return known.credit_code if subject.kind == "company" else known.number
