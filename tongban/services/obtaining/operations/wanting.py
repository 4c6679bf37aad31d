"""What is wanted is written down with the decision that nobody needs to bring it, and a timer set to get it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tongban.datahub.exchange import queries as exchange
from tongban.datahub.exchange.queries import Offer
from tongban.foundation.identity import queries as identity
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.types import Timer
from tongban.foundation.statements import operations as writing
from tongban.foundation.trust import operations as trust
from tongban.kernel.ids import new_id
from tongban.kernel.types import Subject
from tongban.services.exemptions.types import Decision, Kind, Outcome, Request, Standing
from tongban.services.obtaining import models, sources
from tongban.services.obtaining.queries import ASKED

TIMER = "obtaining.ask"
SOON = dt.timedelta(seconds=2)
"""The applicant fills in the form meanwhile; the page of papers does not wait for it."""
ONCE = 'ON CONFLICT (subject_kind, subject_id, "grant") DO NOTHING'


def wanting(
    *, subject: Subject, request: Request, decisions: Sequence[Decision], at: dt.datetime
) -> list[writing.Part]:
    """Return what notes the wants of a case and has them asked soon, as parts of the statement that decides.

    Only for papers that nothing else spares: nobody is asked about the applicant without need (个人信息保护法 6).
    """
    papers = {(one.item, one.code) for one in decisions if _is_under_way(one)}
    if not papers:
        return []
    offers = [
        one
        for one in exchange.offers(request.items, at=at).offers
        if one.is_open and (one.item, one.material) in papers
    ]
    who = identity.identifiers_of(request.applicant)
    rows = [
        _row(subject, one, asked, at)
        for one in offers
        if (asked := sources.asked_by(one, who, at)) is not None
    ]
    timer = Timer(timer_key(subject), TIMER, at + SOON, {"kind": subject.kind, "id": subject.id})
    return [_inserting(rows), *outbox.scheduling([timer])] if rows else []


def _inserting(rows: Sequence[models.Want]) -> writing.Part:
    part = writing.inserting(rows)
    return replace(part, sql=f"{part.sql} {ONCE}")


def _is_under_way(one: Decision) -> bool:
    return (
        one.kind is Kind.DATA_SHARING
        and one.outcome is Outcome.EXEMPT
        and one.evidence is not None
        and one.evidence.standing is Standing.UNDER_WAY
    )


def _row(subject: Subject, offer: Offer, asked: Mapping[str, str], at: dt.datetime) -> models.Want:
    return models.Want(
        id=new_id(), subject_kind=subject.kind, subject_id=subject.id, item=offer.item, material=offer.material,
        grant=offer.grant, consumer=offer.consumer, provider=offer.provider, service=offer.service,
        resource=offer.resource, resource_name=offer.resource_name, department=offer.department,
        parameters=trust.encrypt(ASKED, json.dumps(dict(asked)).encode()), field_names=dict(offer.fields), elements=dict(offer.elements),
        wanted_at=at, not_before=at,
    )  # fmt: skip


def timer_key(subject: Subject) -> str:
    """Return the key of the timer that has a case's wants asked."""
    return f"obtaining:{subject.kind}:{subject.id}"
