"""Whose account somebody may open, and what of the ledger belongs to it."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.exchange import queries as exchange
from tongban.foundation.documents import queries as documents
from tongban.foundation.identity import queries as identity
from tongban.foundation.statements import queries as statements
from tongban.kernel.errors import Failure
from tongban.kernel.types import Actor, Subject
from tongban.services.cases import queries as cases
from tongban.services.disclosures import models, standing
from tongban.services.disclosures.errors import ReadingNotThere
from tongban.services.disclosures.types import Contest, Owner, Scope
from tongban.services.licences import queries as licences

MOST = 500


def opened(subject: Subject, *, by: Actor, at: dt.datetime) -> Scope:
    """Return the account to the person, or to who represents the company; raise ReadingNotThere for others.

    A mandate does not open it: what was read about somebody is more than what they asked somebody to do.
    """
    is_own = subject == Subject("person", by.id)
    if by.kind != "person" or not (is_own or _represents(by, subject)):
        raise ReadingNotThere
    cards = {str(card.id): card for card in cases.cards_about([subject])}
    files = tuple(map(str, documents.ids_owned_by([subject])))
    shown = {str(id): name for id, name in licences.names_held(subject).items()}
    contests, is_told = _asked_and_wished(subject)
    return Scope(owner_of(subject), cards, files, shown, contests, is_told)


def _asked_and_wished(subject: Subject) -> tuple[tuple[Contest, ...], bool]:
    """Return what somebody has asked, the newest first, and whether they want to be told of readings: one statement."""
    of = {"owner_kind": subject.kind, "owner_id": subject.id}
    contests, wishes = statements.together(
        models.Contest.objects.filter(**of).order_by("-stated_at", "-id")[:MOST],
        models.Wish.objects.filter(**of)[:1],
    )
    return tuple(map(standing.contest, contests)), bool(wishes)


def _represents(by: Actor, subject: Subject) -> bool:
    return subject.kind == "company" and identity.represents(by.id, subject.id)


def owner_of(subject: Subject) -> Owner:
    """Return somebody as the exchange knows them; raise ReadingNotThere for nobody."""
    try:
        known = identity.identifiers_of(subject)
    except Failure:
        raise ReadingNotThere from None
    return Owner(
        subject, exchange.digest_of(known.credit_code if subject.kind == "company" else known.number)
    )
