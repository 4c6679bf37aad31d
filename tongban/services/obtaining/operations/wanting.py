"""What is wanted is written down with the decision that nobody needs to bring it, and a timer set to get it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tongban.datahub.exchange import queries as exchange
from tongban.foundation.outbox import operations as outbox
from tongban.foundation.outbox.types import Timer
from tongban.foundation.statements import operations as writing
from tongban.foundation.trust import operations as trust
from tongban.kernel.ids import new_id
from tongban.kernel.types import Subject
from tongban.services.exemptions.types import Decision, Kind, Outcome, Request, Standing
from tongban.services.obtaining import models, sources
from tongban.services.obtaining.queries import ASKED, OWNER, said_digest
from tongban.services.obtaining.rules import MOST_TRIES
from tongban.services.obtaining.types import Footing

TIMER = "obtaining.ask"
SOON = dt.timedelta(seconds=2)
"""The applicant fills in the form meanwhile; the page of papers does not wait for it."""
AGAIN = """ON CONFLICT (subject_kind, subject_id, "grant") DO UPDATE SET
    (parameters, owner, asked_by, said, state, not_before, wanted_at) = (EXCLUDED.parameters, EXCLUDED.owner, EXCLUDED.asked_by,
        EXCLUDED.said, EXCLUDED.state, EXCLUDED.not_before, EXCLUDED.wanted_at),
    (attempts, tries, asked_at, exchange, content, digest, fields, valid_until, problem, erase_on) =
        (0, obtaining_want.tries + 1, NULL, NULL, NULL, '', '{}', NULL, '', NULL)
WHERE obtaining_want.said <> EXCLUDED.said AND obtaining_want.tries < {most}""".replace(
    "{most}", str(MOST_TRIES)
)
"""Once for each grant; by another value of the form it is asked anew, and what came by the one before is gone."""


def wanting(
    *, subject: Subject, request: Request, decisions: Sequence[Decision], at: dt.datetime
) -> list[writing.Part]:
    """Return what notes the wants of a case and has them asked soon, as parts of the statement that decides.

    Only for papers that nothing else spares: nobody is asked about the applicant without need (个人信息保护法 6).
    """
    papers = {(one.item, one.code): one for one in decisions if _is_under_way(one)}
    if not papers:
        return []
    held = sources.wants_of(request) if any(one.asked_by for one in papers.values()) else ()
    offers = [
        one
        for one in exchange.offers(request.items, at=at).offers
        if one.is_open and (one.item, one.material) in papers
    ]
    asks = [one for one in sources.asks_of(request, held, offers) if sources.is_ready(one, held)]
    rows = [_row(subject, one, request.form, at) for one in asks]
    timer = Timer(timer_key(subject), TIMER, at + SOON, {"kind": subject.kind, "id": subject.id})
    return [_inserting(rows), *outbox.scheduling([timer])] if rows else []


def _inserting(rows: Sequence[models.Want]) -> writing.Part:
    part = writing.inserting(rows)
    return replace(part, sql=f"{part.sql} {AGAIN}")


def _is_under_way(one: Decision) -> bool:
    return (
        one.kind is Kind.DATA_SHARING
        and one.outcome is Outcome.EXEMPT
        and one.evidence is not None
        and one.evidence.standing is Standing.UNDER_WAY
    )


def _row(subject: Subject, ask: sources.Ask, form: Mapping[str, str], at: dt.datetime) -> models.Want:
    offer, plan = ask.offer, ask.plan
    return models.Want(
        id=new_id(), subject_kind=subject.kind, subject_id=subject.id, item=offer.item, material=offer.material,
        grant=offer.grant, consumer=offer.consumer, provider=offer.provider, service=offer.service,
        resource=offer.resource, resource_name=offer.resource_name, department=offer.department,
        parameters=_sealed(ASKED, plan.parameters),
        owner=_sealed(OWNER, {plan.owner: plan.whose}) if plan.footing is Footing.OWNER else b"",
        asked_by=list(plan.elements), said=said_digest(form, plan.elements), tries=1, field_names=dict(offer.fields),
        elements=dict(offer.elements), wanted_at=at, not_before=at,
    )  # fmt: skip


def _sealed(purpose: str, said: Mapping[str, str]) -> bytes:
    return trust.encrypt(purpose, json.dumps(dict(said)).encode())


def timer_key(subject: Subject) -> str:
    """Return the key of the timer that has a case's wants asked."""
    return f"obtaining:{subject.kind}:{subject.id}"
